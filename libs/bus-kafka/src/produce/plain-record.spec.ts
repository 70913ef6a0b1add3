import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aRecord } from '../spec-support/a-record.ts';
import { type EncodedRecord, PlainRecord, type RecordToEncode } from './plain-record.ts';

const original = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: RecordToEncode,
) => EncodedRecord;

describe('a record', () => {
  it('is encoded as kafkajs itself does it, to the byte', () => {
    fc.assert(
      fc.property(aRecord, (one) => {
        expect(new PlainRecord(one).buffer.equals(original(one).buffer)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
