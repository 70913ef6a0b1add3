import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** How deep foreign JSON may nest. Kubernetes objects stay under 40; recursion over what we read is safe at this depth. */
export const MAX_JSON_DEPTH = 128;

// TypeScript does not know yet that a reviver gets the source text and that raw JSON can be written (ECMA-262, 2026).
type Reviver = (this: unknown, key: string, value: unknown) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

const LONG_NUMBER = /\d{16}/;
/** Integers of 64 bits and then some. Reading and writing longer ones takes time that grows faster than they do. */
const INTEGER = /^-?\d{1,40}$/;
/** What looks like such an integer where a value may stand. It may also be a part of a text. */
const LONG_INTEGER = /([:,[\s])(-?[1-9]\d{15,39})(?=[,}\]\s])/g;

const TOO_DEEP = `nests deeper than ${MAX_JSON_DEPTH} levels`;

/**
 * Reads JSON without losing digits: integers beyond ±2^53, of up to 40 digits, become bigint, everything else is as from
 * JSON.parse. Falco stamps events with nanoseconds, which JSON.parse would round. Never throws.
 */
export function parseJson(text: string): Result<unknown, string> {
  try {
    const quick = LONG_NUMBER.test(text) ? parseWithTickets(text) : undefined;
    if (quick) return ok(quick);
    const value: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits as Reviver) : JSON.parse(text);
    return nestsTooDeep(value, MAX_JSON_DEPTH) ? err(TOO_DEEP) : ok(value);
  } catch (error) {
    return err(error instanceof RangeError ? TOO_DEEP : messageOf(error));
  }
}

/** Writes JSON; bigint values become plain integers with all their digits. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, printDigits);
}

function printDigits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(value.toString()) : value;
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return INTEGER.test(context.source) ? BigInt(context.source) : value;
}

/**
 * A reviver is called for every value and takes many times as long as the reading, so long integers are first replaced by
 * tickets: safe integers of the digits A, B and four more. A text with neither A nor B in it has no number that reads as a
 * ticket, since a decimal point can stand within one of the two only.
 */
const A = '583042';
const B = '916407';
const FIRST_TICKET = Number(`${A}${B}0001`);
const MAX_TICKETS = 9000;

/**
 * Nothing if this way does not do: a ticket was not handed in exactly once, because it stood in a text or in a field that came
 * twice, or the value nests too deep.
 */
function parseWithTickets(text: string): object | undefined {
  if (text.includes(A) || text.includes(B)) return undefined;
  const integers: (bigint | undefined)[] = [];
  const short = text.replace(LONG_INTEGER, (_match, before: string, digits: string) => {
    integers.push(BigInt(digits));
    return `${before}${FIRST_TICKET + integers.length - 1}`;
  });
  if (integers.length > MAX_TICKETS) return undefined;
  try {
    const value: unknown = JSON.parse(short);
    const tickets = { integers, left: integers.length };
    return isContainer(value) && handIn(value, tickets, MAX_JSON_DEPTH) && tickets.left === 0 ? value : undefined;
  } catch {
    return undefined; // the slow way says what is wrong, in the words of the text as it came
  }
}

interface Tickets {
  readonly integers: (bigint | undefined)[];
  left: number;
}

/** Puts the integers where their tickets are. False when one comes twice, or when it gets too deep. */
function handIn(container: object, tickets: Tickets, levels: number): boolean {
  if (levels === 0) return false;
  const { integers } = tickets;
  const values: readonly unknown[] = Object.values(container);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (isContainer(value) && !handIn(value, tickets, levels - 1)) return false;
    if (typeof value !== 'number' || value < FIRST_TICKET || value >= FIRST_TICKET + integers.length) continue;
    const integer = integers[value - FIRST_TICKET];
    if (integer === undefined) return false;
    const number = Number(integer);
    // The name is one of the container's own, __proto__ too, so that this sets a field and nothing else.
    (container as Record<string, unknown>)[Object.keys(container)[at] ?? ''] = Number.isSafeInteger(number) ? number : integer;
    integers[value - FIRST_TICKET] = undefined;
    tickets.left -= 1;
  }
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
