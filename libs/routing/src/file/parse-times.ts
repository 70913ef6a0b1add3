import { type Result, err, ok } from '@whoran/kernel';
import type { NamedInterval, Range, TimeInterval } from '../times/time-interval.ts';
import { isTimeZone } from '../times/zoned-time.ts';
import type { Complaints } from './complaints.ts';
import type { RoutesFileContent, TimeIntervalEntry } from './routes-file-content.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** The time intervals of a file by name, with everything in them that cannot be used told to `complaints`. */
export function parseTimeIntervals(
  entries: NonNullable<RoutesFileContent['time_intervals']>,
  complaints: Complaints,
): ReadonlyMap<string, NamedInterval> {
  const named = new Map<string, NamedInterval>();
  for (const [index, { name, time_intervals }] of entries.entries()) {
    const at = `/time_intervals/${index}`;
    if (named.has(name)) complaints.add(`${at}/name`, `is the name of another time interval too: "${name}"`);
    const intervals = time_intervals.map((entry, part) => parseInterval(entry, `${at}/time_intervals/${part}`, complaints));
    named.set(name, { name, intervals });
  }
  return named;
}

function parseInterval(entry: TimeIntervalEntry, at: string, complaints: Complaints): TimeInterval {
  const ranges = (texts: readonly string[] | undefined, field: string, parse: (text: string) => Result<Range, string>) =>
    texts?.flatMap((text, index) => complaints.take(parse(text), `${at}/${field}/${index}`));
  const { location } = entry;
  if (location !== undefined && !isTimeZone(location)) {
    complaints.add(`${at}/location`, `is no time zone: "${location}"; write one such as Europe/Berlin`);
  }
  return definite({
    times: entry.times?.flatMap((time, index) => complaints.take(parseTimes(time), `${at}/times/${index}`)),
    weekdays: ranges(entry.weekdays, 'weekdays', (text) =>
      parseRange(text, { what: 'a day of the week', words: WEEKDAYS, min: 0, max: -1 }),
    ),
    daysOfMonth: ranges(entry.days_of_month, 'days_of_month', parseDays),
    months: ranges(entry.months, 'months', (text) => parseRange(text, { what: 'a month', words: MONTHS, first: 1, min: 1, max: 12 })),
    years: ranges(entry.years, 'years', (text) => parseRange(text, { what: 'a year', min: 1, max: 9999 })),
    location,
  });
}

interface RangeForm {
  readonly what: string;
  readonly words?: readonly string[];
  /** The number of the first word. */
  readonly first?: number;
  readonly min: number;
  /** Less than min if only words are read. */
  readonly max: number;
}

function parseRange(text: string, form: RangeForm): Result<Range, string> {
  const parts = text.toLowerCase().split(':');
  const [from, to = from] = parts.map((part) => parsePart(part.trim(), form));
  if (parts.length > 2 || from === undefined || to === undefined) return err(`is not ${form.what} or two with a colon between: "${text}"`);
  return from <= to ? ok({ from, to }) : err(`ends before it begins: "${text}"; write two (a week begins on Sunday)`);
}

function parsePart(part: string, { words = [], first = 0, min, max }: RangeForm): number | undefined {
  const word = words.indexOf(part);
  if (word !== -1) return word + first;
  const number = /^-?\d{1,4}$/.test(part) ? Number(part) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

/** As in Alertmanager, a range may not go from the end of a month to its beginning, whatever the month's length. */
function parseDays(text: string): Result<Range, string> {
  const form = { what: 'a day of the month, 1 to 31 or -1 to -31,', min: -31, max: 31 };
  const [from, to = from] = text.split(':').map((part) => parsePart(part.trim(), form));
  if (text.split(':').length > 2 || !from || !to) return err(`is not ${form.what} or two with a colon between: "${text}"`);
  if (from < 0 && to > 0) return err(`goes from the end of a month to its beginning: "${text}"`);
  const isReversed = from < 0 === to < 0 ? from > to : from > 31 + to + 1;
  return isReversed ? err(`ends before it begins: "${text}"`) : ok({ from, to });
}

function parseTimes({ start_time, end_time }: { readonly start_time: string; readonly end_time: string }): Result<Range, string> {
  const [from, to] = [minutesOf(start_time), minutesOf(end_time)];
  if (from === undefined || to === undefined) return err('needs times of day such as 09:00, at most 24:00');
  return from < to ? ok({ from, to }) : err('ends before it begins: write two, one until 24:00 and one from 00:00');
}

function minutesOf(text: string): number | undefined {
  const match = /^((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.exec(text);
  return match ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3)) : undefined;
}

type Definite<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is not there, so that absent fields are absent. */
function definite<T extends object>(value: T): Partial<Definite<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<Definite<T>>;
}
