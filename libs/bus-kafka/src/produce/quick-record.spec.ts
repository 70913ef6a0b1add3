import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EncodedRecord, type RecordToEncode, encodeRecord } from './quick-record.ts';

const original = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: RecordToEncode,
) => EncodedRecord;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'binary', maxLength: 200 }).map((string) => string.toWellFormed());
const record = fc.record({
  offsetDelta: fc.nat({ max: 100_000 }),
  timestampDelta: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 2 ** 31 - 1 })),
  key: fc.option(bytes, { nil: null }),
  value: fc.oneof(
    bytes,
    fc.nat({ max: 300_000 }).map((length) => Buffer.alloc(length, 7)),
  ),
  headers: fc.dictionary(text, text, { maxKeys: 9, noNullPrototype: true }),
});

describe('a record', () => {
  it('is encoded as kafkajs itself does it, to the byte', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(encodeRecord(one).buffer.equals(original(one).buffer)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
