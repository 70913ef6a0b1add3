import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** How deep foreign JSON may nest. Kubernetes objects stay under 40; recursion over what we read is safe at this depth. */
export const MAX_JSON_DEPTH = 128;

// TypeScript does not know yet that a reviver gets the source text and that raw JSON can be written (ECMA-262, 2026).
type Reviver = (this: unknown, key: string, value: unknown) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

const LONG_NUMBER = /\d{16}/;
/** Integers of 64 bits and then some. Reading and writing longer ones takes time that grows faster than they do. */
const INTEGER = /^-?\d{1,40}$/;

/**
 * Reads JSON without losing digits: integers beyond ±2^53, of up to 40 digits, become bigint, everything else is as from
 * JSON.parse. Falco stamps events with nanoseconds, which JSON.parse would round. Never throws.
 */
export function parseJson(text: string): Result<unknown, string> {
  try {
    const value: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits as Reviver) : JSON.parse(text);
    return nestsTooDeep(value) ? err(`nests deeper than ${MAX_JSON_DEPTH} levels`) : ok(value);
  } catch (error) {
    return err(error instanceof RangeError ? `nests deeper than ${MAX_JSON_DEPTH} levels` : messageOf(error));
  }
}

/** Writes JSON; bigint values become plain integers with all their digits. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, printDigits);
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return INTEGER.test(context.source) ? BigInt(context.source) : value;
}

function printDigits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(value.toString()) : value;
}

/** Walks level by level instead of recursing: the value may be as deep as an attacker likes. */
function nestsTooDeep(value: unknown): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= MAX_JSON_DEPTH) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
