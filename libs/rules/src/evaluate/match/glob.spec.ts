import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob } from './glob.ts';

describe('glob', () => {
  it.each([
    ['/usr/*', '/usr/lib/x', true],
    ['/usr/?ib', '/usr/lib', true],
    ['*', '', true],
    ['**', '/.x', true],
    ['?', '', false],
    ['?', 'ä', false],
    ['??', 'ä', true],
    ['*.so', 'a.so.so', true],
    ['a*b*c', 'axbxbxc', true],
    ['a*b*c', 'axbxbx', false],
    ['*a*', 'xay', true],
    ['lib', 'libs', false],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'dx', true],
    ['[^a]x', 'ax', false],
    ['[]a]', ']', true],
    ['[!]a]', ']', false],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[\\]]', ']', true],
    ['[[:digit:][:upper:]]', 'Q', true],
    ['[[:digit:]]', 'q', false],
    ['[[:nonsense:]]', 'n', false],
    ['[[=a=]]', 'a', true],
    ['[[.-.]]', '-', true],
    ['[z-a]', 'm', false],
    ['[z-a]', 'z', false],
    ['[abc', '[abc', true],
    ['x[', 'x[', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\a', 'a', true],
    ['a\\', 'a\\', false],
    ['ä*', 'ärger', true],
    ['[ä]', 'ä', false],
  ])('%s and %j: %s', (pattern, text, matches) => {
    expect(compileGlob(pattern)(text)).toBe(matches);
  });

  it.each([
    ['AbC*', 'aBcD', true],
    ['[A-C]', 'b', true],
    ['[[:upper:]]', 'b', true],
    ['Ä', 'ä', false],
  ])('ignores the case of %s and %s: %s', (pattern, text, matches) => {
    expect(compileGlob(pattern, { ignoreCase: true })(text)).toBe(matches);
  });

  it('is as the regular expression that says the same', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        const same = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(compileGlob(glob)(value)).toBe(same.test(value));
      }),
    );
  });

  it('takes any pattern and any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (glob, value) => typeof compileGlob(glob)(value) === 'boolean'));
  });

  it('is done in time with many stars', () => {
    expect(compileGlob(`${'a*'.repeat(60)}b`)('a'.repeat(20_000))).toBe(false);
  });
});
