import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';

const original = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (bytes: Buffer) => number;

describe('the checksum of a record batch', () => {
  it('is that of RFC 3720', () => expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283));

  it('is the same as that of kafkajs, wherever in its memory a buffer begins', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 20 }), (bytes, start) => {
        const part = Buffer.from(bytes).subarray(Math.min(start, bytes.length));
        expect(crc32c(part)).toBe(original(part));
      }),
    );
  });
});
