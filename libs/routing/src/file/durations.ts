import type { Millis } from '@whoran/kernel';

const UNITS: readonly (readonly [string, Millis])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** What a duration looks like: as in Prometheus, such as 30s, 5m or 1h30m. */
export const DURATION = '^(?=\\d)(\\d{1,6}y)?(\\d{1,6}w)?(\\d{1,6}d)?(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?(\\d{1,9}ms)?$';
const FORM = new RegExp(DURATION);

/** Milliseconds of a duration; the fallback if there is none. */
export function durationOf(text: string | undefined, fallback: Millis): Millis {
  const match = text === undefined ? null : FORM.exec(text);
  if (!match) return fallback;
  return UNITS.reduce((sum, [, length], index) => sum + Number.parseInt(match[index + 1] ?? '0', 10) * length, 0);
}

/** Writes a duration as it would be read. */
export function printDuration(millis: Millis): string {
  let rest = millis;
  const parts = UNITS.map(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('') || '0s';
}
