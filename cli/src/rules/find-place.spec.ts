import { describe, expect, it } from '@jest/globals';
import { auditFields, loadRules, syscallFields } from '@whoran/rules';
import { findPlace, sourceText } from './find-place.ts';

const sources = [
  { name: 'syscall', catalog: syscallFields() },
  { name: 'k8s_audit', catalog: auditFields() },
];

/** The line and the marked words of the first error of a file. */
function shown(text: string): readonly [line: number, column: number, marked: string] | undefined {
  const result = loadRules([{ name: 'a.yaml', text }], { sources });
  const issue = result.files.flatMap(({ issues }) => issues).find(({ severity }) => severity === 'error');
  const place = issue && findPlace(issue, new Map([['a.yaml', sourceText(text)]]));
  return place && [place.line, place.column, place.text.slice(place.from, place.from + place.length)];
}

const rule = (condition: string) => `- rule: r\n  desc: d\n  priority: INFO\n  output: o\n  condition: ${condition}\n`;

/** Where the last of these words stands in a text, both from 1. */
function placeOf(word: string, text: string): readonly [line: number, column: number] {
  const before = text.slice(0, text.lastIndexOf(word)).split('\n');
  return [before.length, [...(before.at(-1) ?? '')].length + 1];
}

describe('the place of a problem in a condition', () => {
  it.each([
    ['a plain scalar', rule('evt.type = open and x.bad = 1')],
    ['a plain scalar over two lines', rule('evt.type = open\n    and x.bad = 1')],
    ['a folded block', rule('>\n    evt.type = open\n    and x.bad = 1')],
    ['a folded block with a blank line', rule('>-\n    evt.type = open\n\n    and x.bad = 1')],
    ['a literal block', rule('|\n    evt.type = open\n      and x.bad = 1')],
    ['double quotes', rule('"proc.name = \\"a b\\" and x.bad = 1"')],
    ['single quotes', rule(`'proc.name = "it''s" and x.bad = 1'`)],
    ['behind characters of several bytes', rule('proc.name = "日本語é" and x.bad = 1')],
    ['behind a list', `- list: names\n  items: [a, b, c]\n${rule('proc.name in (names) and x.bad = 1')}`],
    ['in a macro', `${rule('evt.type = open and m')}- macro: m\n  condition: x.bad = 1\n`],
    ['a word that stands elsewhere, too', `- list: x.bad\n  items: []\n${rule('proc.name = "x.bad" and x.bad = 1')}`],
  ])('%s', (_what, text) => {
    expect(shown(text)).toEqual([...placeOf('x.bad', text), 'x.bad']);
  });

  it('is that of an unknown macro, and of what is missing at the end', () => {
    expect(shown(rule('evt.type = open and\n    nothing_like_it'))).toEqual([6, 5, 'nothing_like_it']);
    expect(shown(rule('evt.type = open and'))?.slice(0, 2)).toEqual([5, 33]);
  });

  it('is the condition itself where the file does not have the words', () => {
    const text = `${rule('evt.type = open')}- rule: r\n  condition: and x.bad = 1\n  override: {condition: append}\n`;
    const result = loadRules([{ name: 'a.yaml', text }], { sources });
    const [issue] = result.files.flatMap(({ issues }) => issues);
    expect(issue && findPlace(issue, new Map([['a.yaml', sourceText(text)]]))).toMatchObject({
      line: 5,
      text: 'evt.type = open and x.bad = 1',
      within: 'condition',
    });
  });
});

describe('the place of a problem elsewhere', () => {
  it.each([
    [
      'an unknown field of an output',
      '- rule: r\n  desc: d\n  priority: INFO\n  output: is %x.bad\n  condition: evt.type = open\n',
      [4, 15, 'x.bad'],
    ],
    ['a value', '- rule: r\n  desc: d\n  priority: SEVERE\n  output: o\n  condition: evt.type = open\n', [3, 13, 'SEVERE']],
    ['a missing key', '- macro: m\n', [1, 3, 'macro']],
    ['YAML that ends too early', '- macro: "m\n', [1, 12, '']],
    ['no YAML list', 'text\n', [1, 1, 'text']],
  ])('%s', (_what, text, place) => {
    expect(shown(text)?.slice(0, place[2] === '' ? 2 : 3)).toEqual(place.slice(0, place[2] === '' ? 2 : 3));
  });

  it('is that of an unknown key', () => {
    const text = '- rule: r\n  desc: d\n  prio: x\n  priority: INFO\n  output: o\n  condition: evt.type = open\n';
    const [issue] = loadRules([{ name: 'a.yaml', text }], { sources }).files.flatMap(({ issues }) => issues);
    expect(issue && findPlace(issue, new Map([['a.yaml', sourceText(text)]]))).toMatchObject({ line: 3, column: 3, length: 4 });
  });
});
