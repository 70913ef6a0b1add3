import { encodeJson } from '@whoran/contracts';
import { isRecord, millisOfNanos, nanosOfMillis, parseInstant, printable, truncate } from '@whoran/kernel';
import { createHash } from 'node:crypto';
import { formatAlert, isAlertFormat } from '../formats/format-alert.ts';
import { ESCAPES, escapeWithin, visible } from './escapes.ts';
import { alertBehind } from './view.ts';

/** Longest text that an escape returns when the template names no limit. */
const DEFAULT_LIMIT = 65_536;

/** LiquidJS's own filters that templates may use: pure, and in time that grows with their input only. */
export const KEPT_FILTERS = new Set([
  ...['append', 'prepend', 'capitalize', 'downcase', 'upcase', 'default', 'first', 'last', 'join', 'size', 'split', 'strip', 'lstrip'],
  ...['rstrip', 'replace', 'replace_first', 'remove', 'remove_first', 'truncate', 'url_encode', 'date', 'slice', 'compact', 'concat'],
  ...['uniq', 'reverse', 'sort', 'map', 'where', 'plus', 'minus', 'times', 'divided_by', 'modulo', 'round', 'at_least', 'at_most'],
  ...['floor', 'ceil', 'abs', 'push', 'has', 'find'],
]);

type Filter = (value: unknown, argument?: unknown) => unknown;

/** Filters of ours. What they are given may be anything; they never throw. */
export const OWN_FILTERS: Readonly<Record<string, Filter>> = {
  ...Object.fromEntries(
    Object.entries(ESCAPES).map(([name, escape]) => [
      name,
      (value: unknown, limit: unknown) => escapeWithin(escape, textOf(value), limitOf(limit, DEFAULT_LIMIT)),
    ]),
  ),
  lines: (value, limit) => linesOf(value, limitOf(limit, DEFAULT_LIMIT)),
  as_map: (value, limit) => mapOf(value, limitOf(limit, DEFAULT_LIMIT)),
  text: (value, limit) => truncate(visible(textOf(value)), limitOf(limit, DEFAULT_LIMIT)),
  cut: (value, limit) => truncate(textOf(value).toWellFormed(), limitOf(limit, DEFAULT_LIMIT)),
  json: (value) => encodeJson(value ?? null),
  format: (value, name) => {
    const alert = alertBehind(value);
    const format = textOf(name);
    return alert && isAlertFormat(format) ? formatAlert(alert, format) : undefined;
  },
  seconds: (value) => millisOf(value, 1000),
  millis: (value) => millisOf(value, 1),
  nanos: (value) => (parseInstant(textOf(value)) ?? nanosOfMillis(0)).toString(),
  sha256: (value) => createHash('sha256').update(textOf(value)).digest('hex'),
  rgb: (value) => Number.parseInt(textOf(value).replace('#', ''), 16) || 0,
};

/** Lists and objects as JSON, everything else as JavaScript writes it. */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? '' : encodeJson(value);
    default:
      return '';
  }
}

/** One value takes this part of the room for all at most. */
const SHARE = 4;

/** Details as `name: value`, alerts by their titles, one a line, in so many UTF-16 units together. */
function linesOf(value: unknown, limit: number): string {
  const lines = (Array.isArray(value) ? value : []).map((item: unknown) => truncate(lineOf(item), Math.max(1, Math.floor(limit / SHARE))));
  return truncate(lines.join('\n'), limit);
}

function lineOf(item: unknown): string {
  if (!isRecord(item)) return printable(textOf(item));
  const { name, value, title } = item;
  return printable(truncate(typeof title === 'string' ? title : `${textOf(name)}: ${textOf(value)}`, DEFAULT_LIMIT));
}

/** Details as an object of texts, each of so many UTF-16 units at most. */
function mapOf(value: unknown, limit: number): Record<string, string> {
  const details = (Array.isArray(value) ? value : []).filter(isRecord);
  return Object.fromEntries(details.map((detail) => [textOf(detail['name']), truncate(visible(textOf(detail['value'])), limit)]));
}

function limitOf(limit: unknown, otherwise: number): number {
  return typeof limit === 'number' && limit >= 1 ? Math.floor(limit) : otherwise;
}

function millisOf(value: unknown, unit: number): number {
  const instant = parseInstant(textOf(value));
  return instant === undefined ? 0 : Math.floor(millisOfNanos(instant) / unit);
}
