import fc from 'fast-check';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'binary', maxLength: 200 }).map((string) => string.toWellFormed());

/** Any record that encodeMessage could make, and larger ones. */
export const aRecord = fc.record({
  offsetDelta: fc.nat({ max: 100_000 }),
  timestampDelta: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 2 ** 31 - 1 })),
  key: fc.option(bytes, { nil: null }),
  value: fc.oneof(
    bytes,
    fc.nat({ max: 300_000 }).map((length) => Buffer.alloc(length, 7)),
  ),
  headers: fc.dictionary(text, text, { maxKeys: 9, noNullPrototype: true }),
});
