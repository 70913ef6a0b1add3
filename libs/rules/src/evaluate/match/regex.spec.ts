import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileRegex } from './regex.ts';

function matches(pattern: string, text: string): boolean {
  const regex = compileRegex(pattern);
  if (!regex.ok) throw new Error(regex.error);
  return regex.value(text);
}

describe('regular expressions', () => {
  it.each([
    ['nginx', 'nginx', true],
    ['nginx', 'nginx2', false],
    ['ngi|nginx', 'nginx', true],
    ['^n.*x$', 'nginx', true],
    ['n.x', 'n\nx', false],
    ['n[^a]x', 'n\nx', true],
    ['[[:alpha:]]+-[0-9]{2}', 'node-42', true],
    ['.', '語', true],
    ['(a+?)b', 'b', true],
    ['a**', 'aaa', true],
    ['\\.\\x41', '.A', true],
  ])('%s and %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    ['\\w+', 'invalid escape sequence: \\w'],
    ['\\bx', 'invalid escape sequence: \\b'],
    ['\\pL', 'invalid escape sequence: \\p'],
    ['(?i)x', 'no argument for repetition operator: ?'],
    ['(?P<name>x)', 'no argument for repetition operator: ?'],
    ['x)', 'unexpected ): x)'],
    ['(x', 'missing ): (x'],
    ['[x', 'missing ]: [x'],
    ['[b-a]', 'invalid character class range: b-a'],
    ['x{2,1}', 'invalid repetition size: {2,1}'],
    ['x{9999}', 'invalid repetition size: {9999}'],
    ['x\\', 'trailing \\'],
    ['([ab]?){1000}([ab]?){1000}', 'pattern too large - compile failed'],
  ])('refuses %s', (pattern, error) => {
    expect(compileRegex(pattern)).toEqual({ ok: false, error: `invalid regex pattern: ${error}` });
  });

  it('takes time in proportion to the text', () => {
    expect(matches('(a|aa)*(a*)*b', 'a'.repeat(100_000))).toBe(false);
    expect(matches('(.*,){20}x', ','.repeat(20_000))).toBe(false);
  });

  it('takes any pattern', () => {
    fc.assert(fc.property(fc.string(), (pattern) => typeof compileRegex(pattern).ok === 'boolean'));
  });
});
