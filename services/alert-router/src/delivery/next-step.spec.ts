import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '@whoran/outputs';
import fc from 'fast-check';
import { nextStep } from './next-step.ts';

const retry = (retryAfter?: number): Outcome => ({ kind: 'retry', error: 'e', ...(retryAfter === undefined ? {} : { retryAfter }) });

describe('after an attempt', () => {
  it.each([
    [{ kind: 'delivered' } as const, 1, 0, { kind: 'delivered' }],
    [{ kind: 'refused', error: 'no' } as const, 1, 0, { kind: 'refused', error: 'no' }],
    [retry(), 1, 1, { kind: 'wait', delay: 1_000, error: 'e' }],
    [retry(), 1, 0, { kind: 'wait', delay: 500, error: 'e' }],
    [retry(), 2, 1, { kind: 'wait', delay: 2_000, error: 'e' }],
    [retry(), 6, 1, { kind: 'wait', delay: 30_000, error: 'e' }],
    [retry(), 1000, 0.5, { kind: 'wait', delay: 22_500, error: 'e' }],
    [retry(7_000), 1, 1, { kind: 'wait', delay: 7_000, error: 'e' }],
    [retry(0), 1, 1, { kind: 'wait', delay: 1_000, error: 'e' }],
    [retry(86_400_000), 1, 1, { kind: 'wait', delay: 120_000, error: 'e' }],
  ])('%j, number %i: %#', (outcome, attempt, random, step) =>
    expect(nextStep(outcome, { attempt, random, now: 0, until: 300_000 })).toEqual(step),
  );
  it('gives up when the next attempt would be too late', () => {
    expect(nextStep(retry(), { attempt: 1, random: 1, now: 299_000, until: 300_000 }).kind).toBe('wait');
    expect(nextStep(retry(), { attempt: 1, random: 1, now: 299_001, until: 300_000 })).toEqual({ kind: 'expired', error: 'e' });
  });
  it('waits neither too little nor too long, whatever the receiver says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.nat(), { nil: undefined }),
        (attempt, random, after) => {
          const step = nextStep(retry(after), { attempt, random, now: 0, until: Infinity });
          expect(step.kind === 'wait' && step.delay >= 500 && step.delay <= 120_000).toBe(true);
        },
      ),
    );
  });
});
