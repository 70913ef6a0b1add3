import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scanSegment } from './block-reader.ts';
import { type SpooledEvent, decodeBlock, encodeBlock, readHead } from './block.ts';

const event = fc.record({ sequence: fc.nat(), text: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) });
const events = fc.array(event, { minLength: 1, maxLength: 20 }).map((list) => list.toSorted((a, b) => a.sequence - b.sequence));

describe('a block', () => {
  it('gives back the events that were put into it', () => {
    fc.assert(
      fc.property(events, fc.nat(), (list, time) => {
        const bytes = encodeBlock(list, time);
        const head = readHead(bytes, 0);
        expect(head).toEqual({ ok: true, value: { bytes: bytes.length, events: list.length, last: list.at(-1)?.sequence, time } });
        expect(head.ok && decodeBlock(bytes, 0, head.value)).toEqual(list);
      }),
    );
  });

  it('is refused when any of its bytes is another', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, at, change) => {
        const bytes = encodeBlock(list, 1);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        expect(readHead(bytes, 0).ok).toBe(false);
      }),
    );
  });

  it('is torn wherever the file ends before it does, and what came before is whole', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 5 }), fc.nat(), (lists, at) => {
        const blocks = lists.map((list: SpooledEvent[]) => encodeBlock(list, 7));
        const file = Buffer.concat(blocks);
        const cut = file.subarray(0, at % (file.length + 1));
        let whole = 0;
        let bytes = 0;
        while (bytes + (blocks[whole]?.length ?? Infinity) <= cut.length) bytes += blocks[whole++]?.length ?? 0;
        const expected = lists.slice(0, whole).flat();
        expect(scanSegment(cut)).toMatchObject({ bytes, events: expected.length, last: lists[whole - 1]?.at(-1)?.sequence ?? 0 });
      }),
    );
  });

  it('compresses what repeats itself', () => {
    const list = Array.from({ length: 50 }, (_, sequence) => ({ sequence, text: JSON.stringify({ rule: 'Process started', sequence }) }));
    expect(encodeBlock(list, 0).length).toBeLessThan(JSON.stringify(list).length / 5);
  });
});
