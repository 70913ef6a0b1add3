import type { CollectedRule } from '../../collect/collected-rule.ts';
import { textOf } from '../../collect/complete-exception.ts';
import type { Condition } from '../../condition/ast.ts';
import { areManyEventTypes, eventTypesOf } from '../../condition/event-types.ts';
import { conditionWarnings } from '../../condition/warnings.ts';
import { fieldsOf } from '../../condition/walk.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import { fieldsNotSent } from '../../fields/syscall/not-sent.ts';
import { type Context, inExpression } from '../../read/context.ts';
import type { ExceptionEntry } from '../../read/definitions.ts';
import { Refusal } from '../../read/refusal.ts';
import { withExceptions } from '../../resolve/exception-condition.ts';
import { type CheckProblem, checkCondition } from './check-condition.ts';
import type { Compilation, ListsInUse } from './compilation.ts';
import { type MacrosInUse, putIn } from './compile-macros.ts';
import { compileOutput } from './compile-output.ts';
import type { LoadedRule } from '../load-result.ts';
import { parseFilled } from './parse-filled.ts';

/** What rules refer to. */
export interface Surroundings {
  readonly lists: ListsInUse;
  readonly macros: MacrosInUse;
}

/**
 * Compiles one rule of a known source: its exceptions, its output, then its condition. Nothing is returned for a rule that is left out
 * because of `skip-if-unknown-filter` or a broken macro. Throws Refusal.
 */
export function compileRule(
  compilation: Compilation,
  rule: CollectedRule,
  { catalog, lists, macros }: Surroundings & { readonly catalog: FieldCatalog },
): LoadedRule | undefined {
  const conditionText = withExceptions(rule.condition, rule.exceptions);
  const output = compileOutput(compilation, rule, catalog);
  if (output === undefined) return undefined;
  const { condition: parsed, filled } = parseFilled(compilation, lists, conditionText, rule.conditionContext);
  const text = compilation.stopAtFirst ? conditionText : filled;
  const lookup = (name: string): Condition | undefined => macros.conditions.get(name);
  const condition = putIn(compilation, parsed, { macros, lookup, text, context: rule.context });
  if (condition === undefined) return undefined;
  const nowhere = inExpression(rule.conditionContext, text, { index: 0, line: 0, column: 0 });
  for (const warning of conditionWarnings(condition)) compilation.report({ ...warning, context: nowhere });
  if (!checkRule(compilation, rule, { condition, catalog, place: placesOf(compilation, rule, { text, macros }) })) return undefined;
  if (rule.source === 'syscall' && rule.warnEventTypes && areManyEventTypes(eventTypesOf(condition))) {
    compilation.report({ code: 'LOAD_NO_EVTTYPE', message: TOO_MANY_TYPES, context: rule.context });
  }
  warnOfNotSent(compilation, rule, condition);
  return describe(rule, condition, output);
}

function warnOfNotSent(compilation: Compilation, rule: CollectedRule, condition: Condition): void {
  const sent = compilation.sent.get(rule.source);
  const missing = sent === undefined ? [] : fieldsNotSent(fieldsOf(condition), sent);
  if (missing.length === 0) return;
  const message = `Falco does not send ${missing.join(', ')}: add what is missing to append_output in Falco's configuration, or the rule may match what it should not`;
  compilation.report({ code: 'LOAD_FIELD_NOT_SENT', message, context: rule.context });
}

const TOO_MANY_TYPES = 'Rule matches too many evt.type values. This has a significant performance penalty.';

/**
 * Where a check is: in the rule, or in the macro that brought it. Falco looks for all in the rule, and finds those of macros somewhere
 * in its text.
 */
function placesOf(
  compilation: Compilation,
  rule: CollectedRule,
  { text, macros }: { readonly text: string; readonly macros: MacrosInUse },
): (problem: CheckProblem) => Context {
  return ({ check, position }) => {
    const origin = compilation.stopAtFirst ? undefined : macros.origins.get(check);
    return inExpression(origin?.context ?? rule.conditionContext, origin?.text ?? text, position);
  };
}

interface Checked {
  readonly condition: Condition;
  readonly catalog: FieldCatalog;
  readonly place: (problem: CheckProblem) => Context;
}

function checkRule(compilation: Compilation, rule: CollectedRule, { condition, catalog, place }: Checked): boolean {
  const { error, warnings } = checkCondition(compilation, condition, catalog);
  if (error !== undefined) {
    if (!rule.skipIfUnknownFilter || !isUnknownName(error.message)) {
      throw new Refusal('LOAD_ERR_COMPILE_CONDITION', error.message, place(error));
    }
    compilation.report({ code: 'LOAD_UNKNOWN_FILTER', message: error.message, context: place(error) });
    return false;
  }
  for (const warning of warnings) {
    compilation.report({ code: 'LOAD_COMPILE_CONDITION', message: warning.message, context: place(warning) });
  }
  return true;
}

const UNKNOWN_NAMES = ['nonexistent field', 'invalid formatting token', 'unknown event type', 'unknown filter:'];

/** Whether an error says that there is no such field or event type. */
export function isUnknownName(message: string): boolean {
  return UNKNOWN_NAMES.some((part) => message.includes(part));
}

function describe(rule: CollectedRule, condition: Condition, output: Pick<LoadedRule, 'output' | 'extraFields'>): LoadedRule {
  const [{ file }] = rule.context.locations;
  return {
    name: rule.name,
    source: rule.source,
    description: rule.description,
    priority: rule.priority,
    tags: rule.tags,
    enabled: rule.enabled,
    conditionText: rule.condition,
    condition,
    outputText: rule.output,
    ...output,
    exceptions: rule.exceptions.map(({ name, fields, comps, values }) => ({
      name,
      fields: wordsOf(fields),
      operators: wordsOf(comps),
      values: values.length,
    })),
    capture: { enabled: rule.capture, duration: rule.captureDuration },
    file,
    line: (rule.context.locations.at(-1)?.line ?? 0) + 1,
  };
}

function wordsOf(entry: ExceptionEntry | undefined): readonly string[] {
  if (entry === undefined) return [];
  return entry.list ? entry.items.map(textOf) : [entry.text];
}
