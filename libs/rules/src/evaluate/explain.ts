import type { BinaryCheck, Condition, UnaryCheck } from '../condition/ast.ts';
import { printCondition, printOperand } from '../condition/print.ts';
import { fieldsOfOperand, operandsOf } from '../condition/walk.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { FieldValue } from '../values.ts';
import { compileCondition } from './compile.ts';

/** Whether a condition holds, and the parts of it that decided so. */
export interface Explanation {
  /** A group says `and` or `or`, an inversion `not`, a check what it asks. */
  readonly kind: 'and' | 'or' | 'not' | 'check';
  readonly holds: boolean;
  /** The condition as Falco prints it. */
  readonly text: string;
  /** Of a check: what its fields have in the event. */
  readonly values: readonly { readonly field: string; readonly value: FieldValue }[];
  /** What decided: the first child that fails an `and` or satisfies an `or`, or else all of them. Macros share their parts. */
  readonly parts: readonly Explanation[];
}

/** Says why a condition without identifiers holds for an event, or why not. Throws if it does not fit the fields. */
export function explainCondition(condition: Condition, catalog: FieldCatalog, event: RuleEvent): Explanation {
  return explain(condition, { catalog, event, done: new Map() });
}

interface Work {
  readonly catalog: FieldCatalog;
  readonly event: RuleEvent;
  readonly done: Map<Condition, Explanation>;
}

function explain(condition: Condition, work: Work): Explanation {
  const explanation = work.done.get(condition) ?? explainNew(condition, work);
  work.done.set(condition, explanation);
  return explanation;
}

function explainNew(condition: Condition, work: Work): Explanation {
  switch (condition.type) {
    case 'and':
    case 'or':
      return explainGroup(condition, work);
    case 'not': {
      const child = explain(condition.child, work);
      return { kind: 'not', holds: !child.holds, text: printCondition(condition), values: [], parts: [child] };
    }
    case 'identifier':
      throw new Error(`the macro ${condition.name} is not resolved`);
    case 'unary':
    case 'binary':
      return explainCheck(condition, work);
  }
}

function explainGroup(group: Extract<Condition, { readonly type: 'and' | 'or' }>, work: Work): Explanation {
  const decides = group.type === 'or';
  const parts: Explanation[] = [];
  for (const child of group.children) {
    const part = explain(child, work);
    if (part.holds === decides) return { kind: group.type, holds: decides, text: printCondition(group), values: [], parts: [part] };
    parts.push(part);
  }
  return { kind: group.type, holds: !decides, text: printCondition(group), values: [], parts };
}

function explainCheck(check: UnaryCheck | BinaryCheck, { catalog, event }: Work): Explanation {
  const compiled = compileCondition(check, catalog);
  if (!compiled.ok) throw new Error(compiled.error.message);
  const fields = operandsOf(check).flatMap(fieldsOfOperand);
  const values = fields.flatMap((field) => {
    const resolved = catalog.resolve(field.name, field.argument);
    return resolved.ok ? [{ field: printOperand(field), value: resolved.value.read(event) }] : [];
  });
  return { kind: 'check', holds: compiled.value.matches(event), text: printCondition(check), values, parts: [] };
}
