import { describe, expect, it } from '@jest/globals';
import { LoopWatch } from './loop-watch.ts';

const second = 1000;
const minute = 60 * second;

describe('the watch of a consumer', () => {
  it.each<[string, (watch: LoopWatch) => void, number, RegExp | undefined, RegExp | undefined]>([
    ['it has just begun', () => {}, 0, undefined, /not joined g yet$/],
    ['it has joined', (w) => w.joins(0), 5 * second, undefined, undefined],
    ['no broker answers', (w) => { w.joins(0); w.ticks(20 * second); }, 20 * second, undefined, /no broker has answered g for 20 s/], // prettier-ignore
    ['it joins again', (w) => { w.joins(0); w.leaves(second, 'rebalancing'); }, second, undefined, /not joined g yet: rebalancing/], // prettier-ignore
    ['it gives no sign', (w) => w.joins(0), 2 * minute, /stood still for 2 min/, /no broker/],
    ['brokers are away for long', (w) => { w.joins(0); w.ticks(10 * minute); }, 10 * minute, undefined, /no broker/], // prettier-ignore
    ['it has ended', (w) => { w.joins(0); w.ends('not authorised'); }, second, /has ended: not authorised/, undefined], // prettier-ignore
    ['a handler takes its time', (w) => { w.joins(0); w.handles(3, 0); w.hears(9 * minute); }, 9 * minute, undefined, undefined], // prettier-ignore
    ['a handler does not come back', (w) => { w.joins(0); w.handles(3, 0); w.hears(11 * minute); }, 11 * minute, /not come back for 11 min \(partition 3\)/, undefined], // prettier-ignore
    ['a handler has come back', (w) => { w.joins(0); w.handles(3, 0); w.handled(3); w.hears(11 * minute); }, 11 * minute, undefined, undefined], // prettier-ignore
  ])('knows how it fares when %s', (_, happens, now, dead, away) => {
    const watch = new LoopWatch('g', 0);
    happens(watch);
    const health = watch.health(now);
    for (const [text, pattern] of [
      [health.dead, dead],
      [health.away, away],
    ] as const) {
      // prettier-ignore
      if (pattern === undefined) expect(text).toBeUndefined();
      else expect(text).toMatch(pattern);
    }
  });
});
