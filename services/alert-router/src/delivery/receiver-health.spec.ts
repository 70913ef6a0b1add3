import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '@whoran/outputs';
import { HEALTHY, type ReceiverHealth, afterAttempt, isDown, turnsOf } from './receiver-health.ts';

const at = { now: 1_000, random: 1 };
const retry = (retryAfter?: number): Outcome => ({ kind: 'retry', error: 'e', ...(retryAfter === undefined ? {} : { retryAfter }) });
const failed = (failures: number, notBefore = 0): ReceiverHealth => ({ failures, notBefore, error: 'e' });

describe('the health of a receiver', () => {
  it.each<[ReceiverHealth, Outcome, ReceiverHealth]>([
    [HEALTHY, { kind: 'delivered' }, HEALTHY],
    [HEALTHY, retry(), failed(1)],
    [failed(1), retry(), failed(2)],
    [failed(2), retry(), failed(3, 2_000)],
    [failed(3, 900), retry(), failed(4, 3_000)],
    [failed(5, 900), retry(), failed(6, 9_000)],
    [failed(50, 900), retry(), failed(51, 11_000)],
    [failed(50, 900), { kind: 'delivered' }, HEALTHY],
    [failed(50, 900), { kind: 'refused', error: 'answered 400' }, HEALTHY],
    [HEALTHY, retry(60_000), failed(1, 61_000)],
    [HEALTHY, retry(86_400_000), failed(1, 121_000)],
    [failed(50, 900), retry(60_000), failed(51, 61_000)],
    [failed(1, 61_000), retry(), failed(2, 61_000)],
  ])('after %j, %j', (before, outcome, after) => expect(afterAttempt(before, outcome, at)).toEqual(after));

  it.each<[ReceiverHealth, number]>([
    [HEALTHY, 4],
    [failed(2), 4],
    [failed(1, 1_001), 0],
    [failed(3, 1_001), 0],
    [failed(3, 1_000), 1],
    [failed(99, 500), 1],
  ])('with %j lets %i through', (health, turns) => expect(turnsOf(health, 4, 1_000)).toBe(turns));

  it('is down after three failures in a row', () => {
    expect([failed(2), failed(3)].map(isDown)).toEqual([false, true]);
  });
});
