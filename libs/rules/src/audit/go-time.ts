import { type Result, err, ok } from '@whoran/kernel';
import { bytesOf } from './go-text.ts';

const LAYOUT = '2006-01-02T15:04:05.999999999Z07:00';

/** A part of a time that is not there, or is beyond what it may be. */
class NotThere extends Error {}

/** What has been read of a time. */
interface Scan {
  readonly text: string;
  rest: string;
}

/**
 * Reads the time of an audit event as Falco does: RFC 3339 with capital T and Z, any number of decimals of which nine count, a comma
 * for the point, an hour of one digit. Nanoseconds since 1970, wrapped to 64 bits as in Falco; or Go's words for what is wrong.
 */
export function parseGoTime(text: string): Result<bigint, string> {
  try {
    return ok(readTime({ text, rest: text }));
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    return err(`parsing time ${quoteBytes(text)}${error.message}`);
  }
}

function readTime(scan: Scan): bigint {
  const year = Number(take(scan, /^\d{4}/, '2006'));
  literal(scan, '-');
  const month = ranged(take(scan, /^\d\d/, '01'), 1, 12, 'month');
  literal(scan, '-');
  const day = Number(take(scan, /^\d\d/, '02'));
  literal(scan, 'T');
  const hour = ranged(take(scan, /^\d\d?/, '15'), 0, 23, 'hour');
  literal(scan, ':');
  const minute = ranged(take(scan, /^\d\d/, '04'), 0, 59, 'minute');
  literal(scan, ':');
  const second = ranged(take(scan, /^\d\d/, '05'), 0, 59, 'second');
  const decimals = take(scan, /^(?:[.,]\d+)?/, '.999999999')
    .slice(1, 10)
    .padEnd(9, '0');
  const offset = readOffset(scan);
  if (scan.rest !== '') throw new NotThere(`: extra text: ${quoteBytes(scan.rest)}`);
  if (day < 1 || day > daysIn(year, month)) throw new NotThere(': day out of range');
  const seconds = BigInt(secondsOf(year, month, day)) + BigInt(hour * 3600 + minute * 60 + second - offset);
  return BigInt.asIntN(64, seconds * 1_000_000_000n + BigInt(decimals));
}

function readOffset(scan: Scan): number {
  const zone = take(scan, /^(?:Z|[^]\d\d:\d\d)/, 'Z07:00');
  if (zone === 'Z') return 0;
  const [, hours = '', minutes = ''] = /(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = ranged(hours, 0, 24, 'time zone offset hour') * 3600 + ranged(minutes, 0, 60, 'time zone offset minute') * 60;
  if (!/^[+-]/.test(zone)) throw cannotParse(`${zone}${scan.rest}`, 'Z07:00');
  return zone.startsWith('-') ? -offset : offset;
}

function take(scan: Scan, pattern: RegExp, part: string): string {
  const found = pattern.exec(scan.rest)?.[0];
  if (found === undefined) throw cannotParse(scan.rest, part);
  scan.rest = scan.rest.slice(found.length);
  return found;
}

function literal(scan: Scan, character: string): void {
  if (!scan.rest.startsWith(character)) throw cannotParse(scan.rest, character);
  scan.rest = scan.rest.slice(character.length);
}

function ranged(digits: string, low: number, high: number, what: string): number {
  const value = Number(digits);
  if (value < low || value > high) throw new NotThere(`: ${what} out of range`);
  return value;
}

function cannotParse(rest: string, part: string): NotThere {
  return new NotThere(` as "${LAYOUT}": cannot parse ${quoteBytes(rest)} as ${quoteBytes(part)}`);
}

/** Midnight of a day, from the days since 0000-03-01 in the civil calendar. */
function secondsOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const days = shifted * 365 + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + dayOfYear;
  return (days - 719_468) * 86_400;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Go's errors about times write bytes that are not printable ASCII as \xNN. */
function quoteBytes(text: string): string {
  const escaped = bytesOf(text).replace(/["\\]|[^ -~]/g, (byte) =>
    byte === '"' || byte === '\\' ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}
