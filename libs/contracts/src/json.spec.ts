import { describe, expect, it } from '@jest/globals';
import { MAX_JSON_DEPTH, encodeJson, parseJson } from '@whoran/contracts';
import fc from 'fast-check';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.bigInt(-(2n ** 64n), 2n ** 64n),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'rawJSON')), tie('value')), {
        maxLength: 4,
      })
      .map(Object.fromEntries),
  ),
}));

describe('JSON', () => {
  it('gives back any value with integers of any size that events have, and any key', () => {
    fc.assert(
      fc.property(value, (value) => {
        const written = encodeJson(value);
        const read = parseJson(written);
        expect(read.ok && encodeJson(read.value)).toBe(written);
      }),
    );
  });

  it('is the same integer: a number where that is exact, else a bigint', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 39n), 10n ** 39n), (integer) => {
        const safe = integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(parseJson(`{"x":${integer}}`)).toEqual({ ok: true, value: { x: safe ? Number(integer) : integer } });
      }),
    );
  });

  it('reads a number of a million digits without working on it', () => {
    const began = performance.now();
    const read = parseJson(`[${'9'.repeat(1_000_000)}]`);
    expect(read).toEqual({ ok: true, value: [Infinity] });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each(['"', '{"a":1,}', "{'a':1}", '01', 'NaN', '{"a":1}{', '\ufeff{}', ''])('refuses %j', (text) => {
    expect(parseJson(text)).toMatchObject({ ok: false, error: expect.any(String) });
  });

  it('takes what nests as deep as allowed, and nothing deeper', () => {
    expect(parseJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    expect(parseJson(nested(MAX_JSON_DEPTH + 1))).toEqual({ ok: false, error: 'nests deeper than 128 levels' });
    expect(parseJson(`[12345678901234567890,${nested(MAX_JSON_DEPTH - 1)}]`).ok).toBe(true);
    expect(parseJson(`[12345678901234567890,${nested(MAX_JSON_DEPTH)}]`).ok).toBe(false);
  });

  it('pollutes no prototype', () => {
    const read = parseJson('{"__proto__":{"polluted":1},"big":12345678901234567890}');
    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__', 'big']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
