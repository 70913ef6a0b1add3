import { escapeOf } from './visible.ts';

/** One column of a CSV file: every field that a person may sort or filter by, times in RFC 3339. */
export interface CsvColumn<T> {
  readonly name: string;
  readonly value: (row: T) => string | number | boolean | undefined;
}

/** A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"), also behind spaces and in fullwidth. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;
/** Control and bidi characters other than tab and line ends: a CSV file is also looked at in a terminal. */
const UNSAFE = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The header line of a CSV file (RFC 4180), with its CRLF. */
export function csvHeader<T>(columns: readonly CsvColumn<T>[]): string {
  return `${columns.map(({ name }) => name).join(',')}\r\n`;
}

/** One record of a CSV file, with its CRLF. A text that looks like a formula is led in by an apostrophe. */
export function csvLine<T>(columns: readonly CsvColumn<T>[], row: T): string {
  return `${columns.map(({ value }) => csvCell(value(row))).join(',')}\r\n`;
}

function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const shown = value.replace(UNSAFE, escapeOf);
  const guarded = FORMULA.test(shown) ? `'${shown}` : shown;
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
