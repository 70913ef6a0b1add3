import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compilePattern } from './pattern.ts';

describe('a pattern', () => {
  it('answers as RE2 does, whichever way it is asked', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '|', '.*', '.', '-', '/', '\n', '', '(a|b)', 'a+', 'b?', 'a{0,1}', '(?i)', '[ab]');
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', '\n', '.', '|'), maxLength: 6 });
    const check = fc.property(fc.array(piece, { maxLength: 5 }), fc.array(text, { maxLength: 20 }), (pieces, texts) => {
      const pattern = pieces.join('');
      const compiled = compilePattern(pattern);
      const reference = RE2JS.compile(pattern, RE2JS.DOTALL);
      for (const each of [...texts, ...texts]) expect(compiled.ok && compiled.value(each)).toBe(reference.matches(each));
    });
    fc.assert(check, { numRuns: 300 });
  });
  it('is linear, and remembers no more than a little', () => {
    const compiled = compilePattern('(a*)*b.?');
    const began = performance.now();
    for (let index = 0; index < 1000; index += 1) expect(compiled.ok && compiled.value(`${'a'.repeat(100)}${index}`)).toBe(false);
    expect(compiled.ok && compiled.value('a'.repeat(100_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
