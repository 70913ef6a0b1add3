import { describe, expect, it } from '@jest/globals';
import { wrapCondition, wrapWords } from './wrap-words.ts';

describe('lines of words', () => {
  it.each([
    ['one two three four five', 20, ['one two three four', 'five']],
    ['one two', undefined, ['one two']],
    ['x'.repeat(30), 20, ['x'.repeat(30)]],
    ['日本語 日本語 日本語 日本語', 20, ['日本語 日本語 日本語', '日本語']],
  ])('%s in %s cells', (text, width, lines) => {
    expect(wrapWords(text, width)).toEqual(lines);
  });
});

describe('lines of a condition', () => {
  it.each([
    ['a.b = 1\n  and c.d = 2 and  e.f', ['a.b = 1 and c.d = 2', 'and e.f']],
    ['a.b icontains "  x  y" and c.d', ['a.b icontains', '"  x  y" and c.d']],
    [`a.b = 'it is' or c.d in ("a \\" b")`, [`a.b = 'it is' or c.d`, 'in ("a \\" b")']],
    ['a.b = "unclosed text of many words', ['a.b = "unclosed text', 'of many words']],
    ['', []],
  ])('%s', (text, lines) => {
    expect(wrapCondition(text, 20)).toEqual(lines);
  });

  it('are made in a moment however long it is', () => {
    for (const part of ['a', '"', `'"`, 'a,', '"a b"', ' ', '\\']) wrapCondition(part.repeat(500_000), 80);
    expect(wrapCondition(`a in (${'"x y",'.repeat(100_000)}z)`, 80)).toHaveLength(2);
  });
});
