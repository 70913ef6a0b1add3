/** Nanoseconds since the Unix epoch: what Falco stamps events with, and beyond what a number holds exactly. */
export type Nanos = bigint;

const ISO = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:?\d{2})$/;

/** Reads an RFC 3339 time with up to nine decimals, or nothing if it is not one. Further decimals are cut. */
export function parseInstant(text: string): Nanos | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, seconds = '', decimals = '', zone = 'Z'] = match;
  const millis = Date.parse(`${seconds}${/^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()}`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(decimals.padEnd(9, '0'));
}

/** Writes an instant as RFC 3339 in UTC with nine decimals, as Falco does. */
export function printInstant(instant: Nanos): string {
  const seconds = instant / 1_000_000_000n;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(instant % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Milliseconds as nanoseconds. Fractions of a millisecond are kept to the microsecond. */
export function nanosOfMillis(millis: number): Nanos {
  return BigInt(Math.round(millis * 1000)) * 1000n;
}

/** Nanoseconds as milliseconds, cut. */
export function millisOfNanos(nanos: Nanos): number {
  return Number(nanos / 1_000_000n);
}
