import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import fc from 'fast-check';

describe('the virtual clock', () => {
  it('runs timers in the order of their times, those of one time in the order they were set, each at its time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 50 })), (delays) => {
        const clock = new VirtualClock(1000);
        const ran: { readonly index: number; readonly at: number }[] = [];
        delays.forEach((delay, index) => clock.schedule(delay, () => ran.push({ index, at: clock.now() })));
        clock.advanceTo(1100);
        const expected = delays
          .map((delay, index) => ({ index, at: 1000 + Math.max(0, delay) }))
          .sort((a, b) => a.at - b.at || a.index - b.index);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('runs nothing that was cancelled, and nothing twice', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ delay: fc.nat(50), cancel: fc.boolean() })), (timers) => {
        const clock = new VirtualClock();
        const ran: number[] = [];
        for (const [index, { delay, cancel }] of timers.entries()) {
          const end = clock.schedule(delay, () => ran.push(index));
          if (cancel) end();
          if (cancel) end();
        }
        for (const time of [10, 30, 30, 60, 100]) clock.advanceTo(time);
        expect(ran.sort((a, b) => a - b)).toEqual([...timers.keys()].filter((index) => !timers[index]?.cancel));
      }),
    );
  });

  it('runs what a timer sets, when that is due as well, and lets a timer cancel another', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.schedule(10, () => {
      ran.push('first');
      clock.schedule(5, () => ran.push('set by the first'));
      cancel();
    });
    const cancel = clock.schedule(12, () => ran.push('cancelled'));
    expect(clock.nextTimer(9)).toBeUndefined();
    expect(clock.nextTimer(12)).toBe(10);
    clock.advanceTo(20);
    expect([ran, clock.now(), clock.nextTimer(Infinity)]).toEqual([['first', 'set by the first'], 20, undefined]);
  });

  it('never goes back', () => {
    const clock = new VirtualClock(100);
    clock.advanceTo(50);
    expect(clock.now()).toBe(100);
  });
});
