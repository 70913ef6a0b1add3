import { describe, expect, it } from '@jest/globals';
import { Outbox, type Shipment } from './outbox.ts';

/** An outbox, and what it told of the parcels that went into it. */
function open() {
  const outbox = new Outbox();
  const told: string[] = [];
  const add = (name: string, sizes: readonly number[], topic = 't') => {
    outbox.add({
      topic,
      size: sizes.length,
      encode: (index) => {
        const size = sizes[index] ?? 0;
        if (size < 0) throw new TypeError('cannot be written');
        return { key: Buffer.from(`${name}${index}`), value: Buffer.alloc(size), headers: {} };
      },
      sent: () => told.push(`${name} sent`),
      failed: (error) => told.push(`${name} failed: ${String(error)}`),
    });
  };
  return { outbox, told, add };
}
const keys = ({ messages }: Shipment) =>
  [...messages].map(([topic, list]) => `${topic}: ${list.map(({ key }) => key.toString()).join(' ')}`);
const limits = { messages: 4, bytes: 1000 };

describe('an outbox', () => {
  it('loads parcels in their order, by topic, up to its limits, and tells when all of one has arrived', () => {
    const { outbox, told, add } = open();
    add('a', [10, 10]);
    add('b', [10, 10, 10], 'u');
    expect(keys(outbox.load(limits))).toEqual(['t: a0 a1', 'u: b0 b1']);
    outbox.arrived();
    expect(told).toEqual(['a sent']);
    expect(keys(outbox.load(limits))).toEqual(['u: b2']);
    outbox.arrived();
    expect([told, outbox.empty]).toEqual([['a sent', 'b sent'], true]);
  });

  it('stops before too many bytes, and sends what is larger than them alone', () => {
    const { outbox, add } = open();
    add('a', [600, 600, 5000, 1]);
    const loads = [];
    while (!outbox.empty) {
      loads.push(...keys(outbox.load(limits)));
      outbox.arrived();
    }
    expect(loads).toEqual(['t: a0', 't: a1', 't: a2', 't: a3']);
  });

  it('counts keys and headers, which are a good part of small events', () => {
    const outbox = new Outbox();
    const header = 'é'.repeat(100);
    const encode = (index: number) => ({ key: Buffer.from(String(index)), value: Buffer.alloc(10), headers: { ce_subject: header } });
    outbox.add({ topic: 't', size: 10, encode, sent: () => {}, failed: () => {} });
    // 3 times 10 bytes of value, 200 of header, and what frames them.
    expect(outbox.load({ messages: 10, bytes: 1000 }).count).toBe(3);
  });

  it('loads again, message by message, what did not arrive, and fails only the parcel that cannot', () => {
    const { outbox, told, add } = open();
    add('a', [10, 10]);
    add('b', [10]);
    outbox.load(limits);
    outbox.unload();
    const alone = { messages: 1, bytes: 1000 };
    expect(keys(outbox.load(alone))).toEqual(['t: a0']);
    outbox.refuseFirst('too large');
    expect(keys(outbox.load(alone))).toEqual(['t: b0']);
    outbox.arrived();
    expect(told).toEqual(['a failed: too large', 'b sent']);
  });

  it('fails a parcel that cannot be encoded, and sends the others', () => {
    const { outbox, told, add } = open();
    add('a', [10]);
    add('b', [10, -1]);
    add('c', [10]);
    expect(keys(outbox.load(limits))).toEqual(['t: a0 b0 c0']);
    outbox.arrived();
    expect(told).toEqual(['b failed: TypeError: cannot be written', 'a sent', 'c sent']);
  });

  it('fails everything that waits, and does not mind that the shipment arrives after all', () => {
    const { outbox, told, add } = open();
    add('a', [10]);
    outbox.load(limits);
    add('b', [10]);
    outbox.refuseAll('away');
    add('c', [10]);
    outbox.arrived();
    expect(told).toEqual(['a failed: away', 'b failed: away']);
    expect(keys(outbox.load(limits))).toEqual(['t: c0']);
  });
});
