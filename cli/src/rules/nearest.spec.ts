import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest.ts';

const FIELDS = ['proc.name', 'proc.pname', 'proc.cmdline', 'ka.user.name', 'fd.name'];

describe('the word that was meant', () => {
  it.each([
    ['proc.nam', 'proc.name'],
    ['proc.nmae', 'proc.name'],
    ['Proc.Cmdlin', 'proc.cmdline'],
    ['ka.usr.name', 'ka.user.name'],
    ['container.image', undefined],
    ['', undefined],
    ['x'.repeat(200), undefined],
  ])('%s: %s', (word, expected) => {
    expect(nearest(word, FIELDS)).toBe(expected);
  });
});
