import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queryParameter } from './query-parameter.ts';

describe('a parameter of a URI', () => {
  it.each([
    ['/exec?command=sh&command=-c', 'command', 'sh'],
    ['/exec?a=b%20c+d', 'a', 'b c d'],
    ['/exec?%61=1', 'a', '1'],
    ['/exec?a', 'a', ''],
    ['/exec?a=1#a=2', 'a', '1'],
    ['https://api:6443/exec?a=%C3%BC', 'a', 'ü'],
    ['https://jane@[::1]:6443/exec?a=1', 'a', '1'],
    ['/exec?a=1&&b=2', 'b', '2'],
    ['/exec', 'a', undefined],
    ['/exec?a=1', '__proto__', undefined],
    ['/exec?a=1;b=2', 'b', undefined],
    ['/exec?a=1&b=%zz', 'a', undefined],
    ['/exec%?a=1', 'a', undefined],
    ['/exec?a=1\n', 'a', undefined],
    ['//[::1?a=1', 'a', undefined],
    ['//ho st/?a=1', 'a', undefined],
    ['1:2?a=1', 'a', undefined],
    [':?a=1', 'a', undefined],
    ['https://api:x/?a=1', 'a', undefined],
  ])('of %s named %s is %s', (uri, name, value) => expect(queryParameter(uri, name)).toBe(value));

  it('is not looked for among too many', () => {
    expect(queryParameter(`/x?${'a=1&'.repeat(9_999)}b=2`, 'b')).toBe('2');
    expect(queryParameter(`/x?${'a=1&'.repeat(10_000)}b=2`, 'b')).toBeUndefined();
  });

  it('is what URLSearchParams finds in URIs that it wrote', () => {
    const text = fc.string();
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (pairs) => {
        const query = new URLSearchParams(pairs);
        for (const [name] of pairs) expect(queryParameter(`/x?${query.toString()}`, name)).toBe(query.get(name));
      }),
    );
  });
});
