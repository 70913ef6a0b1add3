import { describe, expect, it } from '@jest/globals';
import { check, decode, encodeJson, encodeUser, parseJson, parseToken, printToken, topics } from '@whoran/contracts';
import fc from 'fast-check';

describe('JSON', () => {
  it('keeps integers beyond 2^53 exactly', () => {
    const text = '{"output_fields":{"evt.rawtime":1795322976804823643,"neg":-9007199254740993,"f":1.5,"s":"1795322976804823643"}}';
    const parsed = parseJson(text);
    expect(parsed.ok && encodeJson(parsed.value)).toBe(text);
  });
  it('refuses 100,000 nested braces without recursing', () => {
    expect(parseJson('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)).ok).toBe(false);
    expect(parseJson('['.repeat(100_000) + '1234567890123456789' + ']'.repeat(100_000)).ok).toBe(false);
  });
  it('gives back any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const parsed = parseJson(JSON.stringify(value));
        expect(parsed.ok && encodeJson(parsed.value)).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('the token', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (session, kid) => {
        const token = { kid, session, signature: 'x'.repeat(86) };
        expect(parseToken(printToken(token))).toEqual(token);
      }),
    );
  });
  it('is the one that was recorded on a real cluster', () => {
    const token = parseToken(
      '1.k1.TPjoQGBJS3iVnlWbFtlCpA.Kp6UKbOg26wp096aGx_2HRWtBg36q0aaQs7rukOXqNKs6R_kPoTOXs__UeO6_3lHbxiny9-2RyTlhJ9I9eYLCw',
    );
    expect(token?.session).toBe('4cf8e840-6049-4b78-959e-559b16d942a4');
  });
  it.each([
    ['jane@example.com', 'jane@example.com'],
    ['system:serviceaccount:a:b', 'system:serviceaccount:a:b'],
    ['o\'brien, bob "x" $HOME', "o'brien%2C%20bob%20%22x%22%20%24HOME"],
    ['jürgen+ops/a', 'j%C3%BCrgen+ops/a'],
    ['\ud800', '%EF%BF%BD'],
  ])('encodes %s', (name, encoded) => expect(encodeUser(name)).toBe(encoded));
});

describe('a topic', () => {
  it('refuses what is not JSON and what lacks a field, and says where', () => {
    expect(decode(topics.falcoEvents, '{')).toMatchObject({ ok: false, error: [{ code: 'invalid-json' }] });
    const result = check(topics.falcoEvents.schema, { rule: 1 });
    expect(result.ok).toBe(false);
  });
});
