import { describe, expect, it } from '@jest/globals';
import { MAX_JSON_DEPTH, encodeJson, parseJson, writtenAs } from '@whoran/contracts';
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

  it('is written as was said, that very object and no copy of it', () => {
    const object = writtenAs({ a: 1 }, '{"a":1.0}');
    expect(encodeJson(object)).toBe('{"a":1.0}');
    expect([encodeJson({ ...object }), encodeJson([object])]).toEqual(['{"a":1}', '[{"a":1}]']);
    expect(encodeJson(structuredClone(object))).toBe('{"a":1}');
  });

  it('pollutes no prototype', () => {
    const read = parseJson('{"__proto__":{"polluted":1},"big":12345678901234567890}');
    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__', 'big']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('long integers', () => {
  const read = (text: string) => {
    const result = parseJson(text);
    return result.ok ? result.value : result.error;
  };

  it.each<[string, string, unknown]>([
    [
      'in a text are text',
      '{"a":"x,1234567890123456789,","b":[1234567890123456789]}',
      { a: 'x,1234567890123456789,', b: [1234567890123456789n] },
    ],
    ['in a name are a name', '{":1234567890123456789,":1234567890123456789}', { ':1234567890123456789,': 1234567890123456789n }],
    ['that come twice under one name: the last', '{"a":1234567890123456789,"a":1234567890123456788}', { a: 1234567890123456788n }],
    [
      'under names that are indices, which come first',
      '{"b":1234567890123456789,"1":1234567890123456788}',
      { 1: 1234567890123456788n, b: 1234567890123456789n },
    ],
    [
      'beside a text and a fraction that read like one',
      '{"a":",1234567890123456788,","b":1.234567890123456789e18,"c":1234567890123456700}',
      { a: ',1234567890123456788,', b: Number('1234567890123456789'), c: 1234567890123456700n },
    ],
    ['of 41 digits are a number', `[${'1'.repeat(41)},1234567890123456789]`, [Number('1'.repeat(41)), 1234567890123456789n]],
    ['with a fraction are a number', '[1234567890123456789.5]', [Number('1234567890123456789.5')]],
    ['alone', '1234567890123456789', 1234567890123456789n],
    ['below zero, with blanks', '[ -1234567890123456789 , 1e400]', [-1234567890123456789n, Infinity]],
    ['that are exact stay numbers', '[9007199254740991,-9007199254740991]', [9007199254740991, -9007199254740991]],
    ['with a leading zero are no JSON', '[01234567890123456789]', expect.stringContaining('JSON')],
  ])('%s', (_name, text, value) => expect(read(text)).toEqual(value));

  it('stand wherever they like among other fields, in any order of names', () => {
    const field = fc.tuple(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', '1', ',1234567890123456789,')),
      fc.oneof(fc.bigInt(-(2n ** 64n), 2n ** 64n), fc.string(), fc.constant(',1234567890123456789 ')),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const object = Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'bigint' ? safe(value) : value]));
        expect(read(encodeJson(object))).toEqual(object);
      }),
    );
  });
  const safe = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
});
