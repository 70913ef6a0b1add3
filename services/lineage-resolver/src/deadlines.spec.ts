import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  it('give out everything once, in order, when it has waited long enough and not before', () => {
    const steps = fc.array(fc.record({ add: fc.nat(5), pass: fc.nat(20) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.nat(30), (steps, wait) => {
        const deadlines = new Deadlines<{ readonly added: number; readonly index: number }>(wait);
        let now = 0;
        let added = 0;
        let taken = 0;
        for (const { add, pass } of steps) {
          for (let count = 0; count < add; count += 1) deadlines.add({ added: now, index: added++ }, now);
          now += pass;
          for (const item of deadlines.take(now)) {
            expect(item.index).toBe(taken++);
            expect(now - item.added).toBeGreaterThanOrEqual(wait);
          }
          expect(deadlines.size).toBe(added - taken);
          if (deadlines.size === 0) expect(deadlines.next).toBeUndefined();
          else expect(deadlines.next).toBeGreaterThan(now);
        }
        expect(deadlines.take(now + wait)).toHaveLength(added - taken);
      }),
    );
  });

  it('give out the first ones that are wanted before they are due, and the rest in time', () => {
    const deadlines = new Deadlines<string>(10);
    for (const [index, item] of ['a', 'b', 'c', 'd'].entries()) deadlines.add(item, index);
    expect(deadlines.takeWhile((item) => item < 'c')).toEqual(['a', 'b']);
    expect(deadlines.takeWhile((item) => item === 'd')).toEqual([]);
    expect([deadlines.size, deadlines.next, deadlines.take(12)]).toEqual([2, 12, ['c']]);
  });

  it('stay right after many were given out', () => {
    const deadlines = new Deadlines<number>(10);
    for (let time = 0; time < 5000; time += 1) {
      deadlines.add(time, time);
      expect(deadlines.take(time)).toEqual(time < 10 ? [] : [time - 10]);
    }
    expect([deadlines.size, deadlines.next]).toEqual([10, 5000]);
  });
});
