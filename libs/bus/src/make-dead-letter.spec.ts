import { describe, expect, it } from '@jest/globals';
import { type Failure, makeDeadLetter } from '@whoran/bus';
import { MAX_DEAD_LETTER_PAYLOAD, check, topics } from '@whoran/contracts';
import fc from 'fast-check';

const failure: Failure = {
  stage: 'lineage-resolver',
  origin: { topic: 'whoran.falco-events.v1', key: 'test/node-a' },
  messageId: 'event-1',
  reason: 'WHORAN_UNEXPECTED',
  error: 'TypeError: x',
  attempts: 3,
  payload: '{}',
};

describe('a dead letter', () => {
  it('fits its schema whatever failed', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('x'.repeat(128), '😀'.repeat(4200)));
    const any = fc.record({
      stage: text,
      origin: fc.record({ topic: fc.constant('t'), key: text }),
      messageId: text,
      reason: text,
      error: text,
      attempts: fc.nat(),
      payload: text,
    });
    const fits = fc.property(any, (different) => expect(check(topics.deadLetters.schema, makeDeadLetter(different, 0)).ok).toBe(true));
    fc.assert(fits, { numRuns: 50 });
  });

  it('has the same id for the same message and another for another one, also when they differ only at the end', () => {
    const idOf = (messageId: string) => makeDeadLetter({ ...failure, messageId }, 0).id;
    expect(idOf('event-1')).toBe('lineage-resolver/whoran.falco-events.v1/event-1');
    const long = 'sha256:'.repeat(100);
    expect(idOf(`${long}1`)).toBe(idOf(`${long}1`));
    expect(idOf(`${long}1`)).not.toBe(idOf(`${long}2`));
  });

  it('says when its payload was cut, and never cuts a character in two', () => {
    const letter = makeDeadLetter({ ...failure, payload: `x${'😀'.repeat(MAX_DEAD_LETTER_PAYLOAD)}` }, 0);
    expect(letter.truncated).toBe(true);
    expect(letter.payload.isWellFormed()).toBe(true);
    expect(makeDeadLetter(failure, 0)).toMatchObject({ truncated: false, payload: '{}', time: '1970-01-01T00:00:00.000Z' });
  });
});
