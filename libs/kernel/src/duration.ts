import type { Millis } from './clock.ts';

const UNITS: Readonly<Record<string, Millis>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as 500ms, 30s, 5m, 24h or 90d, or nothing if the text is not one. */
export function parseDuration(text: string): Millis | undefined {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : undefined;
}
