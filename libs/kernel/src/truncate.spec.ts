import { describe, expect, it } from '@jest/globals';
import { truncate } from '@whoran/kernel';
import fc from 'fast-check';

describe('truncate', () => {
  it('keeps to the limit, keeps what fits, and cuts no character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const cut = truncate(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.isWellFormed()).toBe(true);
        expect(text.length <= limit ? cut : text.startsWith(cut.slice(0, -1)) && cut.endsWith('…')).toBe(
          text.length <= limit ? text : true,
        );
      }),
    );
  });

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['😀😀', 3, '😀…'],
    ['😀😀', 2, '…'],
    ['a😀b', 3, 'a…'],
    ['abc', 1, '…'],
  ])('of %j to %i is %j', (text, limit, cut) => expect(truncate(text, limit)).toBe(cut));
});
