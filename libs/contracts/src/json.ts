import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** How deep foreign JSON may nest. Kubernetes objects stay under 40; recursion over what we read is safe at this depth. */
export const MAX_JSON_DEPTH = 128;

// TypeScript does not know yet that a reviver gets the source text and that raw JSON can be written (ECMA-262, 2026).
type Reviver = (this: unknown, key: string, value: unknown) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** Integers of 64 bits and then some. Reading and writing longer ones takes time that grows faster than they do. */
const INTEGER = /^-?\d{1,40}$/;
/**
 * Long ones that are surely fields: before them stands a quote, which no text holds without a backslash, and before that nothing
 * after which a text would begin. Those in lists and after odd names are not found.
 */
const LONG_FIELDS = /(?<=[^\\:,[{\s]": ?)-?[1-9]\d{15,39}(?=[,}])/g;
/** Every integer of 16 digits or more is at least this far from 0. */
const LEAST_LONG = 1e15;

const TOO_DEEP = `nests deeper than ${MAX_JSON_DEPTH} levels`;

/**
 * Reads JSON without losing digits: integers beyond ±2^53, of up to 40 digits, become bigint, everything else is as from
 * JSON.parse. Falco stamps events with nanoseconds, which JSON.parse would round. Never throws.
 */
export function parseJson(text: string): Result<unknown, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (isContainer(value) && restoreAll(value, text.match(LONG_FIELDS) ?? [])) return ok(value);
    const exact: unknown = JSON.parse(text, keepDigits as Reviver);
    return nestsTooDeep(exact, MAX_JSON_DEPTH) ? err(TOO_DEEP) : ok(exact);
  } catch (error) {
    return err(error instanceof RangeError ? TOO_DEEP : messageOf(error));
  }
}

/** Writes JSON; bigint values become plain integers with all their digits. */
export function encodeJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (!isContainer(value)) return JSON.stringify(value);
  return knownJson(value) ?? JSON.stringify(withRawDigits(value));
}

const TEXT = Symbol('JSON');
interface Written {
  readonly [TEXT]?: string;
}

/**
 * Says how a value is written: encodeJson gives this text for that very object, without work. Copies of it are not covered, and
 * whoever changes the object makes the text wrong. The text is JSON on one line.
 */
export function writtenAs<T extends object>(value: T, text: string): T {
  return Object.defineProperty(value, TEXT, { value: text });
}

/** How a value is written, if somebody said so. */
export function knownJson(value: object): string | undefined {
  return (value as Written)[TEXT];
}

/** The value with every bigint as raw JSON; a replacer is called for every value and takes longer. Without any it is the same object. */
function withRawDigits(container: object): object {
  const fields = container as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name in fields) {
    const value = fields[name];
    const raw = typeof value === 'bigint' ? rawJSON(value.toString()) : isContainer(value) ? withRawDigits(value) : value;
    if (raw === value) continue;
    copy ??= (Array.isArray(container) ? [...(container as unknown[])] : { ...fields }) as Record<string, unknown>;
    copy[name] = raw;
  }
  return copy ?? container;
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return INTEGER.test(context.source) ? BigInt(context.source) : value;
}

/**
 * Puts long integers in place that were read as numbers; a reviver is called for every value and takes many times as long. They
 * are taken from the text in its order. False if that does not do: there is one that was not found, a field came twice or is in
 * another order than in the text, or the value nests too deep. The value is of no use then.
 */
function restoreAll(value: object, digits: readonly string[]): boolean {
  const source = { digits, used: 0 };
  return restore(value, source, MAX_JSON_DEPTH) && source.used === digits.length;
}

interface Source {
  readonly digits: readonly string[];
  used: number;
}

function restore(container: object, source: Source, levels: number): boolean {
  if (levels === 0 || (source.digits.length > 1 && isReordered(container))) return false;
  const values: readonly unknown[] = Object.values(container);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (isContainer(value) ? !restore(value, source, levels - 1) : isLong(value) && !restoreOne(container, at, source)) return false;
  }
  return true;
}

/** Names that are indices come first, wherever they stood. */
function isReordered(container: object): boolean {
  if (Array.isArray(container)) return false;
  for (const first in container) {
    const code = first.charCodeAt(0);
    return code >= 48 && code <= 57;
  }
  return false;
}

function isLong(value: unknown): value is number {
  return typeof value === 'number' && (value >= LEAST_LONG || value <= -LEAST_LONG);
}

function restoreOne(container: object, at: number, source: Source): boolean {
  const fields = container as Record<string, unknown>;
  // One of the container's own, __proto__ too, so that this sets a field and nothing else.
  const name = Object.keys(container)[at] ?? '';
  const digits = source.digits[source.used] ?? '';
  if (Number(digits) !== fields[name]) return false;
  source.used += 1;
  if (!Number.isSafeInteger(fields[name])) fields[name] = BigInt(digits);
  return true;
}

/** Recursion ends at the limit, however deep the value is. */
function nestsTooDeep(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsTooDeep(inner, levels - 1));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
