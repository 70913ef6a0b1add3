import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SpooledEvent } from './block.ts';
import { type Run, mergeRuns } from './merge.ts';

/** A run that hands out its events in pieces of a given size. */
function runOf(sequences: readonly number[], size: number): Run {
  let at = 0;
  return {
    next: async () => sequences.slice(at, (at += size)).map((sequence): SpooledEvent => ({ sequence, text: `${sequence}` })),
  };
}

describe('merging runs', () => {
  const deal = fc.tuple(
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 70 }),
  );

  it('gives every event once, in the order in which they came, however they were dealt to the runs', async () => {
    await fc.assert(
      fc.asyncProperty(deal, async ([dealt, size, limit]) => {
        const runs = [0, 1, 2, 3].map((run) =>
          runOf(
            [...dealt.keys()].filter((sequence) => dealt[sequence] === run),
            size,
          ),
        );
        let count = 0;
        const merged = await mergeRuns(runs, () => (count += 1) >= limit);
        expect(merged.map(({ event }) => event.sequence)).toEqual([...dealt.keys()].slice(0, limit));
        expect(merged.map(({ run }) => run)).toEqual(dealt.slice(0, limit));
      }),
    );
  });
});
