import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conditions, load, ruleText, told } from './spec-load.ts';

const RULE = ruleText('r', 'evt.type = open and proc.name in (l0)');
const times = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('');

describe('hostile rule files', () => {
  it.each([
    ['bytes', `# ${'x'.repeat(1024 * 1024)}\n`, 'The file has 1048579 bytes; rule files may have 1048576'],
    ['words', '- - a\n'.repeat(70_000), 'the file has more than 300000 words and signs'],
    ['items', '-\n'.repeat(10) + '- x: y\n'.repeat(10_001), 'The file has more than 10000 items'],
    ['brackets', '['.repeat(300_000), 'nodes nest deeper than 64 levels'],
    ['parentheses', ruleText('r', `${'('.repeat(100_000)}a.a = 1`), 'exceeded max depth limit of 1000'],
    [
      'lists in lists',
      times(40, (index) => `- list: l${index}\n  items: [l${index + 1}, l${index + 1}]\n`) + RULE,
      'with its lists filled in, the condition is longer than 2097152 characters',
    ],
    [
      'macros in macros',
      `- macro: m0\n  condition: a.a = 1\n${times(40, (index) => `- macro: m${index + 1}\n  condition: m${index} and m${index}\n`)}`,
      'the condition has more than 200000 parts',
    ],
    [
      'large macros in many rules',
      `- macro: m\n  condition: a.a = 1${times(3000, (index) => ` or a.a = ${index}`)}\n${times(3000, (index) => ruleText(`r${index}`, 'm'))}`,
      'the conditions so far have more than 4000000 parts',
    ],
    [
      'values of exceptions behind aliases',
      `- list: l\n  items: [x]\n  x0: &a0 [x,x,x,x,x,x,x,x]\n${times(6, (index) => `  x${index + 1}: &a${index + 1} [${`*a${index},`.repeat(8)}]\n`)}` +
        ruleText('r', 'a.a in (l)', 'exceptions: [{name: e, fields: [a.a], values: *a6}]'),
      'The exceptions of this rule have more than 100000 values',
    ],
  ])('may not have %s without end', (_, text, message) => {
    const errors = told(load([text])).filter((line) => line.startsWith('LOAD_ERR_'));
    expect(errors.join('\n')).toContain(message);
  });

  it('tell so many issues and no more', () => {
    expect(told(load(['- x\n'.repeat(2000)]))).toHaveLength(1000);
  });

  it('may have conditions of a megabyte and many lists', () => {
    const condition = `a.a in (${'l, '.repeat(150_000)}l)`;
    expect(conditions(load([`- list: l\n  items: [x]\n${ruleText('r', condition)}`]))['r']).toHaveLength(9 + 150_000 * 3 + 1);
    expect(load([times(2000, (index) => `- list: l${index}\n  items: [l${index}]\n`) + RULE]).ok).toBe(true);
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    'rule',
    'macro',
    'list',
    'items',
    'condition',
    'append',
    'override',
    '__proto__',
    'a.a = 1',
    'm',
    '(',
    '[',
    '"',
    '&a',
    '*a',
    '<<',
  );
  const line = fc
    .tuple(fc.constantFrom('- ', '  ', '', '    - ', '\t'), word, fc.constantFrom(': ', '', ' ', ': [', '}'), word)
    .map((parts) => parts.join(''));

  it('is loaded or refused, and both ways agree on the first error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
        ),
        (text) => {
          const [first] = told(load([text], { issues: 'first' })).filter((issue) => issue.startsWith('LOAD_ERR_'));
          const [firstOfAll] = told(load([text])).filter((issue) => issue.startsWith('LOAD_ERR_'));
          expect(firstOfAll?.replace(/unknown filter.*/, '')).toBe(first?.replace(/unknown filter.*/, ''));
        },
      ),
      { numRuns: 150 },
    );
  });
});
