import { type Millis, type Nanos, nanosOfMillis, parseInstant } from '@whoran/kernel';

const LATEST = 2n ** 63n - 1n;

/** The first of the times that is one, within what the database holds (to the year 2262); else `now`. */
export function eventTime(now: Millis, ...times: readonly (string | undefined)[]): Nanos {
  for (const time of times) {
    const nanos = time === undefined ? undefined : parseInstant(time);
    if (nanos !== undefined) return nanos < 0n ? 0n : nanos > LATEST ? LATEST : nanos;
  }
  return nanosOfMillis(now);
}
