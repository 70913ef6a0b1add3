import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aRecord } from '../spec-support/a-record.ts';
import { PlainRecord } from './plain-record.ts';
import { type BatchToEncode, encodeBatch, isPlainBatch } from './quick-batch.ts';

const { RecordBatch: original } = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  readonly RecordBatch: (batch: BatchToEncode) => Promise<{ readonly buffer: Buffer }>;
};

const int64 = fc.bigInt({ min: -1n, max: 2n ** 63n - 1n });
const int32 = fc.nat({ max: 2 ** 31 - 1 });
const time = fc.nat({ max: 8.64e15 });
const aBatch = fc.record({
  firstOffset: int64.map(String),
  firstTimestamp: time,
  maxTimestamp: time,
  partitionLeaderEpoch: int32,
  lastOffsetDelta: int32,
  producerId: int64.map(String),
  producerEpoch: fc.nat({ max: 32_767 }),
  firstSequence: int32,
  records: fc.array(
    aRecord.map((record) => new PlainRecord(record)),
    { minLength: 1, maxLength: 20 },
  ),
});

describe('a batch', () => {
  it('is encoded as kafkajs itself does it, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(aBatch, async (batch) => {
        expect(isPlainBatch(batch)).toBe(true);
        expect(encodeBatch(batch).equals((await original(batch)).buffer)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['compressed', { compression: 1 }],
    ['of a transaction', { transactional: true }],
    ['of nothing', { records: [] }],
    ['of records of kafkajs', { records: [{ buf: Buffer.of(1), buffer: Buffer.of(1) }] }],
  ])('is left to kafkajs when it is %s', (_, batch) => {
    expect(isPlainBatch({ records: [new PlainRecord({ value: Buffer.of(1) })], ...batch })).toBe(false);
  });
});
