import { describe, expect, it } from '@jest/globals';
import { parseDuration, printable } from '@whoran/kernel';
import fc from 'fast-check';

describe('printable', () => {
  it.each([
    ['plain text, ümlaut, 日本', 'plain text, ümlaut, 日本'],
    ['a\u001b[31mred\u001b[0m', 'a\\u{1b}[31mred\\u{1b}[0m'],
    ['one\r\ntwo', 'one\\u{d}\\u{a}two'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['\u009b2J', '\\u{9b}2J'],
  ])('makes %j harmless', (text, safe) => expect(printable(text)).toBe(safe));
  it('leaves nothing that a terminal obeys', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u)));
  });
});

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['', undefined],
    ['5', undefined],
    ['-5s', undefined],
    ['1.5h', undefined],
  ])('%j is %p milliseconds', (text, millis) => expect(parseDuration(text)).toBe(millis));
});
