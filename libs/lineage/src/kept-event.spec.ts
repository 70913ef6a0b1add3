import { describe, expect, it } from '@jest/globals';
import { type FalcoEvent, decode, encodeJson, topics } from '@whoran/contracts';
import { aFalcoEvent } from '@whoran/testing';
import { KeptEvent } from './kept-event.ts';

const sent = aFalcoEvent({}, { 'evt.rawtime': 1795322985329042450n, 'proc.name': 'sh' });
const received = (): FalcoEvent => {
  const event = decode(topics.falcoEvents, encodeJson(sent));
  if (!event.ok) throw new Error('the builder makes events that cannot be read');
  return event.value;
};

describe('a kept event', () => {
  it('is the same after it has rested, and rests again', () => {
    const kept = new KeptEvent(received());
    kept.rest();
    kept.rest();
    expect(kept.event).toEqual(received());
    expect(kept.event).not.toBe(kept.event);
    expect([kept.id, kept.node]).toEqual([sent.whoran.id, sent.whoran.node]);
  });

  it('that did not come as text stays as it is', () => {
    const kept = new KeptEvent(sent);
    kept.rest();
    expect(kept.event).toBe(sent);
  });
});
