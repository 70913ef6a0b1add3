import { err, ok } from '@whoran/kernel';
import { parseCondition } from '../condition/parser.ts';
import { type Condition, LIST_OPERATORS, NUMBER_OPERATORS, STRING_OPERATORS } from '../condition/ast.ts';
import type { FieldCatalog, ResolvedField, RuleEvent } from '../fields/field.ts';
import type { FieldType, FieldValue } from '../values.ts';
import { type CompiledCondition, compileCondition } from './compile.ts';

/** Types of the fields that specs use, by their beginning; what follows is free. */
const TYPES: ReadonlyMap<string, FieldType> = new Map([
  ['text', 'CHARBUF'],
  ['path', 'FSPATH'],
  ['bytes', 'BYTEBUF'],
  ['flag', 'BOOL'],
  ['number', 'INT64'],
  ['small', 'UINT8'],
  ['size', 'UINT64'],
  ['real', 'DOUBLE'],
  ['port', 'PORT'],
  ['address', 'IPADDR'],
  ['network', 'IPNET'],
]);

/**
 * A catalog of fields `<type>.<name>`, `list.<type>_<name>`, `any.<type>_<name>` and `ends.<type>_<name>`, whose values stand in the
 * event's document under the whole name; and `evt.type`.
 */
export const specCatalog: FieldCatalog = {
  resolve: (name, argument) => {
    const key = argument === undefined ? name : `${name}[${argument}]`;
    const [, shape, , word = ''] = /^(?:(list|any|ends)|([a-z]+))\.([a-z]+)?/.exec(name) ?? [];
    const type = name === 'evt.type' ? 'CHARBUF' : TYPES.get(shape === undefined ? name.slice(0, name.indexOf('.')) : word);
    if (type === undefined) return err(`filter_check called with nonexistent field ${key}`);
    const several: Partial<ResolvedField> = shape === 'any' || shape === 'ends' ? { several: shape } : {};
    return ok({ type, list: shape === 'list', ...several, read: ({ document }) => valueOf(document, key) });
  },
  list: () => [],
};

function valueOf(document: RuleEvent['document'], key: string): FieldValue {
  return Object.hasOwn(document, key) ? (document[key] as FieldValue) : undefined;
}

/** An event with these fields. */
export function specEvent(document: Readonly<Record<string, FieldValue>>, source = 'syscall'): RuleEvent {
  return { source, document, time: 0n, hostname: 'host' };
}

/** Parses a condition that is right. */
export function specCondition(text: string): Condition {
  const condition = parseCondition(text);
  if (!condition.ok) throw new Error(`${text}: ${condition.error.message}`);
  return condition.value;
}

/** Compiles a condition that is right. */
export function specCompile(text: string): CompiledCondition {
  const compiled = compileCondition(specCondition(text), specCatalog);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.error.message}`);
  return compiled.value;
}

/** Why a condition does not compile. */
export function specError(text: string): string | undefined {
  const compiled = compileCondition(specCondition(text), specCatalog);
  return compiled.ok ? undefined : compiled.error.message;
}

/** Every operator with something on its right. */
export const BINARY_OPERATORS = [...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS] as const;
