import { describe, expect, it } from '@jest/globals';
import { Tenures } from './tenures.ts';

describe('the tenures of a member', () => {
  it('end with the next: what was taken is not its own any more, and handlers stop', () => {
    const tenures = new Tenures();
    const first = tenures.current;
    tenures.begin();
    expect([first.over, first.stopping.aborted]).toEqual([true, true]);
    expect([tenures.current.over, tenures.current.stopping.aborted]).toEqual([false, false]);
  });

  it('go on when a rebalance was announced and the member fetches all the same', () => {
    const tenures = new Tenures();
    const first = tenures.current;
    tenures.stop(first);
    expect([first.over, first.stopping.aborted]).toEqual([false, true]);
    tenures.fetches();
    // What runs still stops, and may be committed; what begins now is handled.
    expect([first.over, first.stopping.aborted]).toEqual([false, true]);
    expect(tenures.current.stopping.aborted).toBe(false);
  });

  it('are not stopped by what was announced in an earlier one', () => {
    const tenures = new Tenures();
    const first = tenures.current;
    tenures.begin();
    tenures.stop(first);
    expect(tenures.current.stopping.aborted).toBe(false);
  });

  it('are not disturbed by fetching', () => {
    const tenures = new Tenures();
    const { current } = tenures;
    tenures.fetches();
    expect(tenures.current).toBe(current);
  });

  it('stop for good when the subscription closes', () => {
    const tenures = new Tenures();
    tenures.close();
    tenures.fetches();
    expect(tenures.current.stopping.aborted).toBe(true);
    tenures.begin();
    expect(tenures.current.stopping.aborted).toBe(true);
  });
});
