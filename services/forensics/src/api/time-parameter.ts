import { type Millis, type Nanos, type Result, err, nanosOfMillis, ok, parseInstant } from '@whoran/kernel';
import { parseDuration } from '@whoran/service-kit';

const LATEST = 2n ** 63n - 1n;

/** Reads a point in time: RFC 3339, or a duration before now such as 24h. */
export function parseTimeParameter(text: string, now: Millis): Result<Nanos, string> {
  const duration = parseDuration(text);
  if (duration !== undefined) return ok(nanosOfMillis(Math.max(0, now - duration)));
  // In a query string a + that is not escaped arrives as a space.
  const instant = parseInstant(text.replace(/ (?=\d{2}:?\d{2}$)/, '+'));
  if (instant === undefined)
    return err('must be an RFC 3339 time such as 2026-01-31T10:00:00Z, or a duration before now such as 30m, 24h or 7d');
  return ok(instant < 0n ? 0n : instant > LATEST ? LATEST : instant);
}
