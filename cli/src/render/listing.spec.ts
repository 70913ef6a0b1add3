import { describe, expect, it } from '@jest/globals';
import { aCommand } from '../spec-support/records.ts';
import { clockFace } from './clock-face.ts';
import { commandColumns } from '../views/command-columns.ts';
import { type CsvColumn, csvLine } from './csv.ts';
import { jsonLine, jsonText } from './json.ts';
import { type Format, type ListStyle, listWriter } from './listing.ts';
import { noColours } from './tone.ts';

const style = (format: Format, different: Partial<ListStyle> = {}): ListStyle => ({
  format,
  headers: true,
  face: clockFace('UTC'),
  paint: noColours,
  ...different,
});
const pages = (given: ListStyle, ...rows: readonly (readonly ReturnType<typeof aCommand>[])[]) => {
  const writer = listWriter(commandColumns, given);
  return rows.map((page) => writer.page(page)).join('') + writer.end();
};

describe('a listing', () => {
  it('is a JSON array of the items, whatever the pages', () => {
    const rows = [aCommand({ id: 'a' }), aCommand({ id: 'b' }), aCommand({ id: 'c' })];
    expect(JSON.parse(pages(style('json'), rows.slice(0, 1), [], rows.slice(1)))).toEqual(rows);
    expect(pages(style('json'))).toBe('[]\n');
  });

  it('is one JSON object a line', () => {
    const text = pages(style('ndjson'), [aCommand({ id: 'a' })], [aCommand({ id: 'b' })]);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(['a', 'b']);
  });

  it('has one header over all pages, or none', () => {
    const rows = [aCommand()];
    expect(pages(style('table'), rows, rows).match(/TIME \(UTC\)/g)).toHaveLength(1);
    expect(pages(style('csv'), rows, rows).match(/^time,user,/gm)).toHaveLength(1);
    expect(pages(style('table', { headers: false }), rows)).toMatch(/^2026-01-01 10:00:00 {2}jane@example.com/);
    expect(pages(style('csv', { headers: false }), rows)).toMatch(/^2026-01-01T10:00:00.123456789Z,jane@example.com,/);
  });

  it('keeps its columns aligned from page to page', () => {
    const [, first = '', second = ''] = pages(style('table'), [aCommand({ pod: 'a-very-long-name' })], [aCommand()]).split('\n');
    expect(second.indexOf('cat')).toBe(first.indexOf('cat'));
  });
});

describe('CSV', () => {
  const columns: readonly CsvColumn<string | number | undefined>[] = [{ name: 'a', value: (row) => row }];
  it.each([
    ['plain', 'id', 'id\r\n'],
    ['nothing', undefined, '\r\n'],
    ['a comma', 'a,b', '"a,b"\r\n'],
    ['quotes', 'say "hi"', '"say ""hi"""\r\n'],
    ['a line end stays, in quotes', 'a\nb', '"a\nb"\r\n'],
    ['a formula', '=1+1', "'=1+1\r\n"],
    ['a formula behind spaces', ' =1+1', "' =1+1\r\n"],
    ['a command that a spreadsheet would run', "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0\r\n"],
    ['an address', '@SUM(A1)', "'@SUM(A1)\r\n"],
    ['a minus and a plus', '-1+2', "'-1+2\r\n"],
    ['a tab', '\t=1', '"\'\t=1"\r\n'],
    ['a fullwidth equals sign', '＝1+1', "'＝1+1\r\n"],
    ['a number is a number', -1, '-1\r\n'],
    ['an escape sequence', '\u001b]0;x\u0007', '"\\x1b]0;x\\x07"\r\n'],
    ['a separator of other countries', 'a;=1+1', '"a;=1+1"\r\n'],
  ])('%s', (_what, value, line) => {
    expect(csvLine(columns, value)).toBe(line);
  });
});

describe('JSON', () => {
  it('is the same value, and harmless on a terminal', () => {
    const value = { a: '\u009b31m\u202e\u001b\u{e0041}\u2028', b: ['x'] };
    for (const text of [jsonLine(value), jsonText(value)]) {
      expect(JSON.parse(text)).toEqual(value);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    }
  });
});
