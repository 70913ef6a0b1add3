import type { Millis } from '@whoran/kernel';
import { zonedTime } from './zoned-time.ts';

/** From one number to another, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of the week, month or year. A field that is absent holds always; ranges of one field are alternatives. */
export interface TimeInterval {
  /** Minutes of the day; `to` is not included. */
  readonly times?: readonly Range[];
  /** 0 is Sunday. */
  readonly weekdays?: readonly Range[];
  /** 1 to 31; -1 is the last day of the month. */
  readonly daysOfMonth?: readonly Range[];
  readonly months?: readonly Range[];
  readonly years?: readonly Range[];
  /** An IANA time zone; UTC if absent. */
  readonly location?: string;
}

/** What a name in the routes file stands for: it holds when one of its intervals does. */
export interface NamedInterval {
  readonly name: string;
  readonly intervals: readonly TimeInterval[];
}

/** Whether a time is in one of the intervals. */
export function isActiveAt({ intervals }: NamedInterval, at: Millis): boolean {
  return intervals.some((interval) => contains(interval, at));
}

function contains({ times, weekdays, daysOfMonth, months, years, location = 'UTC' }: TimeInterval, at: Millis): boolean {
  const { minute, weekday, day, daysInMonth, month, year } = zonedTime(at, location);
  return (
    (times?.some(({ from, to }) => minute >= from && minute < to) ?? true) &&
    within(weekdays, weekday) &&
    (daysOfMonth?.some((range) => isDayIn(range, day, daysInMonth)) ?? true) &&
    within(months, month) &&
    within(years, year)
  );
}

function within(ranges: readonly Range[] | undefined, value: number): boolean {
  return ranges?.some(({ from, to }) => value >= from && value <= to) ?? true;
}

/** Days beyond the end of a month are its last day; a range that begins beyond it holds no day of it. */
function isDayIn({ from, to }: Range, day: number, daysInMonth: number): boolean {
  const first = from < 0 ? daysInMonth + from + 1 : from;
  const last = to < 0 ? daysInMonth + to + 1 : to;
  if (first > daysInMonth || last < 1) return false;
  return day >= Math.max(first, 1) && day <= Math.min(last, daysInMonth);
}
