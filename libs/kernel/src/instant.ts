/** Nanoseconds since the Unix epoch: what Falco stamps events with, and beyond what a number holds exactly. */
export type Nanos = bigint;

const ISO = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:?\d{2})$/;

const MILLISECOND: Nanos = 1_000_000n;
const SECOND: Nanos = 1_000_000_000n;
/** 0000-01-01T00:00:00Z */
const FIRST: Nanos = -62_167_219_200n * SECOND;
/** 9999-12-31T23:59:59.999999999Z */
const LAST: Nanos = 253_402_300_800n * SECOND - 1n;

/** Reads an RFC 3339 time with up to nine decimals, or nothing if it is not one. Further decimals are cut. */
export function parseInstant(text: string): Nanos | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, seconds = '', decimals = '', zone = 'Z'] = match;
  const millis = Date.parse(`${seconds}${/^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`);
  if (Number.isNaN(millis) || !isDayOfMonth(seconds)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(decimals.padEnd(9, '0'));
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isDayOfMonth(date: string): boolean {
  const day = Number(date.slice(8, 10));
  return day <= 28 || new Date(`${date.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
}

/**
 * Writes an instant as RFC 3339 in UTC with nine decimals, as Falco does. Total: what lies outside the years 0 to 9999,
 * which only a crafted event says, becomes the nearest instant within.
 */
export function printInstant(instant: Nanos): string {
  const within = instant < FIRST ? FIRST : instant > LAST ? LAST : instant;
  const millis = within / MILLISECOND;
  const rest = Number(within - millis * MILLISECOND);
  // Division cuts towards the epoch.
  const [floor, nanos] = rest < 0 ? [Number(millis) - 1, rest + 1_000_000] : [Number(millis), rest];
  return `${new Date(floor).toISOString().slice(0, 23)}${String(nanos).padStart(6, '0')}Z`;
}

/** Milliseconds as nanoseconds. Fractions of a millisecond are kept to the microsecond. */
export function nanosOfMillis(millis: number): Nanos {
  return BigInt(Math.round(millis * 1000)) * 1000n;
}

/** Nanoseconds as milliseconds, cut. */
export function millisOfNanos(nanos: Nanos): number {
  return Number(nanos / 1_000_000n);
}
