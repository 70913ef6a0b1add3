import { LIST_OPERATORS, MODIFIERS, NUMBER_OPERATORS, STRING_OPERATORS, UNARY_OPERATORS } from '../condition/ast.ts';
import { parseCondition } from '../condition/parser.ts';
import { fieldsOf } from '../condition/walk.ts';
import type { FieldCatalog } from '../fields/field.ts';
import type { ExceptionEntry, ExceptionItem } from '../read/definitions.ts';
import { messages } from '../read/items/messages.ts';
import { refuse } from './collection.ts';

const OPERATORS: ReadonlySet<string> = new Set([...UNARY_OPERATORS, ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS]);
const LISTS: ReadonlySet<string> = new Set(LIST_OPERATORS);
const STRINGS: ReadonlySet<string> = new Set(STRING_OPERATORS);
const MODIFIER_WORDS: ReadonlySet<string> = new Set(MODIFIERS);

/** Whether an operator of an exception has a list on its right side: `in`, or a string operator with a modifier. */
export function takesList(operator: string): boolean {
  return LISTS.has(operator) || hasModifier(operator);
}

/**
 * Fills in the comparisons that an exception leaves out, and refuses one that cannot be. Fields are held against the catalog; without
 * one, all are taken to exist.
 */
export function completeException(exception: ExceptionItem, catalog: FieldCatalog | undefined): ExceptionItem {
  const { fields, context } = exception;
  if (fields === undefined) return exception;
  const comps = exception.comps === undefined ? defaultComps(fields) : withoutBlanks(exception.comps);
  const refusal = (fields.list ? wrongLists(fields.items, comps) : wrongScalar(comps)) ?? unknownField(fields, catalog);
  if (refusal !== undefined) refuse(refusal, context);
  return { ...exception, comps };
}

function defaultComps(fields: ExceptionEntry): ExceptionEntry {
  return fields.list ? { list: true, items: fields.items.map(() => ({ list: false, text: '=' })) } : { list: false, text: 'in' };
}

function withoutBlanks(comps: ExceptionEntry): ExceptionEntry {
  if (comps.list) return { list: true, items: comps.items.map(withoutBlanks) };
  return { list: false, text: wordsOf(comps.text).join(' ') };
}

function wrongLists(fields: readonly ExceptionEntry[], comps: ExceptionEntry): string | undefined {
  const operators = comps.list ? comps.items.map(textOf) : [];
  if (operators.length !== fields.length) return 'Fields and comps lists must have equal length';
  const wrong = operators.find((operator) => !OPERATORS.has(operator) && !hasModifier(operator));
  return wrong === undefined ? undefined : messages.unsupportedOperator(wrong);
}

function wrongScalar(comps: ExceptionEntry): string | undefined {
  if (comps.list) return 'Fields and comps must both be strings';
  if (takesList(comps.text)) return undefined;
  return 'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)';
}

function unknownField(fields: ExceptionEntry, catalog: FieldCatalog | undefined): string | undefined {
  if (catalog === undefined) return undefined;
  const names = fields.list ? fields.items.map(textOf) : [fields.text];
  const wrong = names.find((name) => !isDefined(name, catalog));
  return wrong === undefined ? undefined : messages.unsupportedField(wrong);
}

/** A field, with its argument or within transformers. */
function isDefined(text: string, catalog: FieldCatalog): boolean {
  const condition = parseCondition(`${text} exists`);
  if (!condition.ok || condition.value.type !== 'unary') return false;
  return fieldsOf(condition.value).every(({ name, argument }) => catalog.resolve(name, argument).ok);
}

function hasModifier(operator: string): boolean {
  const [base = '', modifier = '', ...more] = wordsOf(operator);
  return more.length === 0 && STRINGS.has(base) && MODIFIER_WORDS.has(modifier);
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[ \t\n\r\f\v]+/).filter((word) => word !== '');
}

/** The text of a scalar entry; lists where a scalar should be count as empty. */
export function textOf(entry: ExceptionEntry): string {
  return entry.list ? '' : entry.text;
}
