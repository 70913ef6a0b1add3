import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BatchContext, DecodedRecord } from './quick-decoding.ts';

const require = createRequire(import.meta.url);
const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => { readonly buffer: Buffer };
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => {
  readVarIntBytes(): Buffer;
  buffer: Buffer;
  offset: number;
};
const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as (decoder: object, batch: BatchContext) => DecodedRecord;

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const record = fc.record({
  offsetDelta: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  key: fc.option(bytes(300)),
  value: fc.option(bytes(300)),
  headers: fc.dictionary(
    fc.string({ maxLength: 8 }),
    fc.oneof(fc.string({ maxLength: 200 }), fc.array(fc.string(), { minLength: 2, maxLength: 3 })),
    {
      maxKeys: 8,
      noNullPrototype: true,
    },
  ),
});
const context = fc.record({
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  firstTimestamp: fc.bigInt({ min: 0n, max: 2n ** 50n }).map(String),
  maxTimestamp: fc.constant('1767261600000'),
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
  timestampType: fc.constantFrom(0, 1),
});

const facts = ({ magicByte, attributes, timestamp, offset, key, value, headers, isControlRecord, batchContext }: DecodedRecord) => ({
  ...{ magicByte, attributes, timestamp, offset, key, value, isControlRecord, batchContext },
  // A header may be called __proto__ or toString; kafkajs then finds what every object has.
  headers: Object.entries(headers).filter(([name]) => !(name in {})),
});

describe('decoding records', () => {
  it('gives what kafkajs gives', () => {
    fc.assert(
      fc.property(record, context, (one, batch) => {
        const body = new Decoder(encode(one).buffer).readVarIntBytes();
        expect(facts(new DecodedRecord(new Decoder(body), batch))).toEqual(facts(decode(new Decoder(body), batch)));
      }),
    );
  });
});
