import { describe, expect, it } from '@jest/globals';
import { Latencies } from './latencies.ts';
import { StallWatch } from './stall-watch.ts';

describe('StallWatch', () => {
  it.each([
    ['between two deliveries', [1100, 4100, 4200], 5000, 3000],
    ['before the first', [3500], 4000, 2500],
    ['after the last', [1100], 5000, 3900],
    ['without any', [], 5000, 4000],
  ])('finds the longest time %s', (_, deliveries, end, stall) => {
    const watch = new StallWatch();
    watch.delivered(10);
    watch.begin(1000);
    for (const at of deliveries) watch.delivered(at);
    watch.end(end);
    watch.delivered(60_000);
    expect(watch.stall).toBe(stall);
  });
});

describe('Latencies', () => {
  it('says what a share stayed within, to nine per cent', () => {
    const latencies = new Latencies();
    for (let milliseconds = 1; milliseconds <= 1000; milliseconds += 1) latencies.add(milliseconds);
    expect(latencies.within(0.5) / 500).toBeCloseTo(1, 0);
    expect(Math.abs(latencies.within(0.99) / 990 - 1)).toBeLessThan(0.1);
  });

  it('is 0 without any', () => {
    expect(new Latencies().within(0.5)).toBe(0);
  });
});
