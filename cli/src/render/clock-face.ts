import { millisOfNanos, parseInstant } from '@whoran/kernel';

/** How times stand in tables and trees. JSON and CSV always have RFC 3339 in UTC. */
export interface ClockFace {
  /** What the header of a column calls the zone. */
  readonly zone: string;
  /** `2026-01-01 10:00:00`; a text that is no time stays as it is; nothing is `-`. */
  readonly date: (instant: string | undefined) => string;
  /** `10:00:00.123`, for lines that lie close together. */
  readonly time: (instant: string | undefined) => string;
}

/** Shows times in UTC, or in a zone such as Europe/Berlin. An unknown zone becomes UTC, as the C library does. */
export function clockFace(zone: string): ClockFace {
  const format = formatOf(zone);
  const parts = (instant: string | undefined, print: (date: string, time: string) => string) => {
    if (instant === undefined) return '-';
    const nanos = parseInstant(instant);
    if (nanos === undefined) return instant;
    const { year, month, day, hour, minute, second, fractionalSecond } = partsOf(format, millisOfNanos(nanos));
    return print(`${year}-${month}-${day} ${hour}:${minute}:${second}`, `${hour}:${minute}:${second}.${fractionalSecond}`);
  };
  return {
    zone: format.resolvedOptions().timeZone,
    date: (instant) => parts(instant, (date) => date),
    time: (instant) => parts(instant, (_date, time) => time),
  };
}

/** A span such as 12s, 5m, 3h or 2d between two instants; never negative. */
export function printSpan(from: string, to: string): string {
  const [start, end] = [parseInstant(from), parseInstant(to)];
  if (start === undefined || end === undefined) return '?';
  const seconds = Math.max(0, Math.floor(millisOfNanos(end - start) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const options = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }); // TZ may be anything that a person typed
  }
}

function partsOf(
  format: Intl.DateTimeFormat,
  millis: number,
): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fractionalSecond', string> {
  const parts = Object.fromEntries(format.formatToParts(millis).map(({ type, value }) => [type, value]));
  return parts as ReturnType<typeof partsOf>;
}
