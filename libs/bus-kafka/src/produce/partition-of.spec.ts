import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PartitionMetadata, Partitioners } from 'kafkajs';
import { partitionOf } from './partition-of.ts';

describe('the partition of a key', () => {
  it('is the one that other clients find', () => {
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (bytes, partitions) => {
        const key = Buffer.from(bytes);
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 }) as PartitionMetadata);
        expect(partitionOf(key, partitions)).toBe(theirs({ topic: 't', partitionMetadata, message: { key, value: null } }));
      }),
    );
  });
});
