import type { Condition, Field } from './ast.ts';
import { printOperator } from './print.ts';
import { type Check, checksIn, fieldsOf, fieldsOfOperand, identifiersOf, operandsOf, transformersOf } from './walk.ts';

/** What a condition uses, each word once and sorted. */
export interface ConditionDetails {
  /** With arguments: `proc.aname[2]`. */
  readonly fields: readonly string[];
  /** With modifiers: `= oneof`. */
  readonly operators: readonly string[];
  readonly transformers: readonly string[];
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  /** Values that checks compare `evt.type` and `evt.asynctype` with. */
  readonly eventNames: readonly string[];
}

/** What there is to refer to. */
export interface KnownNames {
  readonly macros: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}

const NAMES_EVENTS: ReadonlySet<string> = new Set(['evt.type', 'evt.asynctype']);

/** Tells what a condition uses, before or after its macros were put in. Words that are not known names are no macros or lists. */
export function detailsOf(condition: Condition, known: KnownNames): ConditionDetails {
  const checks = checksIn(condition);
  return {
    fields: sorted(fieldsOf(condition).map(nameOfField)),
    operators: sorted(checks.map((check) => (check.type === 'unary' ? check.operator : printOperator(check)))),
    transformers: sorted(checks.flatMap((check) => operandsOf(check).flatMap(transformersOf)).map(({ name }) => name)),
    macros: sorted(identifiersOf(condition).filter((name) => known.macros.has(name))),
    lists: sorted(checks.flatMap(elementsOf).filter((name) => known.lists.has(name))),
    eventNames: sorted(checks.filter(namesEvents).flatMap(constantsOf)).filter((name) => !known.lists.has(name)),
  };
}

/** A field as conditions have it: with its argument, if that is not empty. */
export function nameOfField({ name, argument = '' }: Field): string {
  return argument === '' ? name : `${name}[${argument}]`;
}

/** Falco finds the names of lists within parentheses only. */
function elementsOf(check: Check): readonly string[] {
  return check.type === 'binary' && check.right.type === 'list' ? check.right.values : [];
}

function constantsOf(check: Check): readonly string[] {
  return check.type === 'binary' && check.right.type === 'value' ? [check.right.value] : elementsOf(check);
}

function namesEvents({ left }: Check): boolean {
  const field = fieldsOfOperand(left).at(-1);
  return field !== undefined && NAMES_EVENTS.has(nameOfField(field));
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
