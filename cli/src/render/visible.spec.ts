import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cellsOf, cutTo, visible } from './visible.ts';

describe('a text on a terminal', () => {
  it.each([
    ['plain ASCII stays', 'cat /etc/passwd', 'cat /etc/passwd'],
    ['letters of the world stay', 'Zoë 王 жук', 'Zoë 王 жук'],
    ['an escape sequence', '\u001b[2Jgone', '\\x1b[2Jgone'],
    ['a C1 control, which is an escape sequence of one byte', '\u009b31m', '\\x9b31m'],
    ['line ends and tabs', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['a bidi override', 'user\u202etxt.exe', 'user\\u202etxt.exe'],
    ['a bidi isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['a zero-width space and joiner', 'jane\u200b\u200d', 'jane\\u200b\\u200d'],
    ['an invisible letter', 'a\u3164b', 'a\\u3164b'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['an odd space', 'a\u00a0b', 'a\\xa0b'],
    ['a combining mark on nothing', '\u0301x', '\\u0301x'],
    ['a heap of combining marks', 'e\u0301\u0302\u0303\u0304', 'e\u0301\u0302\\u0303\\u0304'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
  ])('%s', (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each([
    ['abc', 3],
    ['王さん', 6],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['🦊', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('%j takes %d cells', (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });

  it('is cut at a cell, not at a code unit', () => {
    expect(cutTo('王さん', 6)).toBe('王さん');
    expect(cutTo('王さん', 5)).toBe('王さ…');
    expect(cutTo('王さん', 4)).toBe('王…');
    expect(cutTo('🦊🦊', 3)).toBe('🦊…');
    expect(cutTo('abc', 1)).toBe('…');
    expect(cutTo('abc', 0)).toBe('');
  });

  it('never lets a control character through, and never grows over its limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(visible(shown)).toBe(shown);
        expect(cellsOf(cutTo(shown, limit))).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
