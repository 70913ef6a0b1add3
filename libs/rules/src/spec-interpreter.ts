import type { BinaryCheck, Condition, Operand, Transformer, Value } from './condition/ast.ts';
import type { FieldCatalog, ResolvedField, RuleEvent } from './fields/field.ts';
import { type Constant, compare, constantOf, same } from './spec-compare.ts';
import type { FieldValue, Scalar } from './values.ts';

/** What conditions are read with: the fields, and the macros by their names. */
export interface Meaning {
  readonly catalog: FieldCatalog;
  readonly macros: ReadonlyMap<string, Condition>;
}

/** What conditions mean, one node after the other, without anything that makes them fast. For checks that are right. */
export function holds(condition: Condition, event: RuleEvent, meaning: Meaning): boolean {
  switch (condition.type) {
    case 'and':
      return condition.children.every((child) => holds(child, event, meaning));
    case 'or':
      return condition.children.some((child) => holds(child, event, meaning));
    case 'not':
      return !holds(condition.child, event, meaning);
    case 'identifier':
      return holds(found(meaning.macros.get(condition.name)), event, meaning);
    case 'unary':
      return evaluate(condition.left, event, meaning).value !== undefined;
    case 'binary':
      return checkHolds(condition, event, meaning);
  }
}

interface Evaluated extends Pick<ResolvedField, 'type' | 'list' | 'several'> {
  readonly value: FieldValue;
}

function checkHolds({ left, operator, modifier, right }: BinaryCheck, event: RuleEvent, meaning: Meaning): boolean {
  const { type, list, several, value } = evaluate(left, event, meaning);
  if (value === undefined) return false;
  const constant = (text: string): Constant => constantOf(type, text);
  const one = (scalar: Scalar): boolean => {
    if (right.type === 'field' || right.type === 'transformer') {
      const other = evaluate(right, event, meaning).value;
      if (other === undefined) return false;
      return Array.isArray(other) ? other.some((each: Scalar) => same(scalar, each)) : compare(operator, scalar, { is: other as Scalar });
    }
    const constants = (right.type === 'list' ? right.values : [right.value]).map(constant);
    const results = constants.map((each) => compare(operator, scalar, each));
    if (modifier === 'allof') return results.length > 0 && results.every(Boolean);
    return modifier === 'oneof' ? results.filter(Boolean).length === 1 : results.some(Boolean);
  };
  if (!Array.isArray(value)) return one(value as Scalar);
  if (right.type !== 'list' && right.type !== 'value' && list && evaluate(right, event, meaning).value === undefined) return false;
  const every = (list && operator === 'in') || (several === 'ends' && operator === '!=');
  return value.length > 0 && (every ? value.every(one) : value.some(one));
}

function evaluate(operand: Operand, event: RuleEvent, meaning: Meaning): Evaluated {
  if (operand.type === 'transformer') return transform(operand, event, meaning);
  const resolved = meaning.catalog.resolve(operand.name, operand.argument);
  if (!resolved.ok) throw new Error(resolved.error);
  const { type, list, several, read } = resolved.value;
  const value = read(event);
  return {
    type,
    list,
    ...(several === undefined ? {} : { several }),
    value: list && (value as Scalar[] | undefined)?.length === 0 ? undefined : value,
  };
}

function transform({ name, values }: Transformer, event: RuleEvent, meaning: Meaning): Evaluated {
  const [first] = values;
  const parts = (name === 'concat' ? values : [found(first)]).map((part) => valueOf(part as Operand | Value, event, meaning));
  const [{ value, list } = { value: undefined, list: false }] = parts;
  const text = (change: (each: string) => string): Evaluated => {
    const changed = Array.isArray(value)
      ? value.map((each) => change(String(each)))
      : value === undefined
        ? value
        : change(value as string);
    return { type: 'CHARBUF', list, value: changed };
  };
  switch (name) {
    case 'tolower':
      return text((each) => each.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    case 'toupper':
      return text((each) => each.replace(/[a-z]/g, (letter) => letter.toUpperCase()));
    case 'basename':
      return text((each) => each.split('/').at(-1) ?? '');
    case 'len':
      return {
        type: 'UINT64',
        list: false,
        value: typeof value === 'string' ? Buffer.byteLength(value) : (value as Scalar[] | undefined)?.length,
      };
    case 'concat': {
      const texts = parts.map((part) => part.value);
      return { type: 'CHARBUF', list: false, value: texts.includes(undefined) ? undefined : (texts as string[]).join('') };
    }
    default:
      throw new Error(`${name} is not interpreted`);
  }
}

function valueOf(part: Operand | Value, event: RuleEvent, meaning: Meaning): Evaluated {
  return part.type === 'value' ? { type: 'CHARBUF', list: false, value: part.value } : evaluate(part, event, meaning);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no such macro or operand');
  return value;
}
