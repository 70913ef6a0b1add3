import { describe, expect, it } from '@jest/globals';
import type { RecordedFalcoEvent } from './recording.ts';
import { type Disturbance, type Input, UNDISTURBED, schedule } from './schedule.ts';

const SECOND = 1_000_000_000n;

const falcoEvent = (index: number, different: Partial<RecordedFalcoEvent> = {}): RecordedFalcoEvent => ({
  index,
  time: BigInt(index) * SECOND,
  rule: 'Container process started',
  commandLine: 'id',
  isFork: false,
  body: '{}',
  ...different,
});
const review = { receivedAt: 0n, uid: 'r', body: '{}', answer: { allowed: true, patched: true } };
const small = {
  reviews: [review],
  auditLists: [{ newest: SECOND / 2n, body: '{}' }],
  falcoEvents: [1, 2].map((index) => falcoEvent(index)),
};
const many = { reviews: [], auditLists: [], falcoEvents: Array.from({ length: 1000 }, (_, index) => falcoEvent(index)) };

const order = (recording: Parameters<typeof schedule>[0], different: Partial<Disturbance> = {}) =>
  schedule(recording, { ...UNDISTURBED, ...different });
const kinds = (inputs: readonly Input[]) => inputs.map(({ kind }) => kind);
const lines = (inputs: readonly Input[]) => inputs.flatMap((input) => (input.kind === 'falco' ? [input.event.index] : []));

describe('the schedule', () => {
  it('delivers reviews when received, lists a second after their newest event, Falco events at their time', () => {
    expect(order(small).map(({ kind, at }) => [kind, at])).toEqual([
      ['review', 0n],
      ['falco', SECOND],
      ['audit', (3n * SECOND) / 2n],
      ['falco', 2n * SECOND],
    ]);
  });

  it.each<[string, Partial<Disturbance>, readonly string[]]>([
    ['delays lists', { auditDelay: 30_000 }, ['review', 'falco', 'falco', 'audit']],
    ['restarts after a share of the inputs', { restartAt: 0.5 }, ['review', 'falco', 'restart', 'audit', 'falco']],
    ['drops everything', { drop: 1 }, ['review', 'audit']],
    ['duplicates everything', { duplicate: 1 }, ['review', 'falco', 'audit', 'falco', 'falco', 'falco']],
  ])('%s', (_name, different, expected) => {
    expect(kinds(order(small, different)).toSorted()).toEqual(expected.toSorted());
    expect(kinds(order(small, different)).indexOf('audit')).toBeGreaterThan(0);
  });

  it('leaves out forks', () => {
    const events = [falcoEvent(0, { isFork: true }), falcoEvent(1)];
    expect(lines(order({ ...many, falcoEvents: events }, { withoutForks: true }))).toEqual([1]);
  });

  it('drops about the share it is told, the same events for a seed and others for another', () => {
    const left = lines(order(many, { drop: 0.1, seed: 7 }));
    expect(left.length).toBeGreaterThan(850);
    expect(left.length).toBeLessThan(950);
    expect(lines(order(many, { drop: 0.1, seed: 7 }))).toEqual(left);
    expect(lines(order(many, { drop: 0.1, seed: 8 }))).not.toEqual(left);
  });

  it('drops the same events whatever else it does', () => {
    const dropped = new Set(lines(order(many, { drop: 0.1 })));
    expect(new Set(lines(order(many, { drop: 0.1, shuffle: 2000, duplicate: 0.1 })))).toEqual(dropped);
  });

  it('brings duplicates within five seconds and shuffled events within their bound', () => {
    for (const input of order(many, { duplicate: 1, shuffle: 2000 })) {
      if (input.kind === 'falco') expect(input.at - input.event.time).toBeLessThanOrEqual(7n * SECOND);
    }
    expect(lines(order(many, { shuffle: 2000 }))).not.toEqual(lines(order(many)));
  });
});
