import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { Shutdown } from '@whoran/service-kit';
import { startRetention } from './retention.ts';

/** Deletes from a number of rows, as a store does. */
function aStore(rows: number) {
  const calls: number[] = [];
  const state = { rows, down: false };
  return {
    state,
    calls,
    deleteBefore: async (before: number, limit: number) => {
      if (state.down) throw new DependencyUnavailable('away');
      calls.push(before);
      const deleted = Math.min(state.rows, limit);
      state.rows -= deleted;
      return deleted;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('retention', () => {
  it('deletes in batches until nothing is left, hour by hour, also after the database was down', async () => {
    const clock = new VirtualClock(1_000_000_000);
    const shutdown = new Shutdown(new SilentLogger());
    const store = aStore(12_000);
    startRetention({ store, clock, logger: new SilentLogger(), shutdown, keep: 1000 });
    clock.advanceTo(clock.now() + 60_000);
    await settled();
    expect(store.state.rows).toBe(0);
    expect(store.calls).toEqual(Array.from({ length: 4 }, () => clock.now() - 1000));

    store.state.down = true;
    clock.advanceTo(clock.now() + 3_600_000);
    await settled();
    Object.assign(store.state, { down: false, rows: 1 });
    clock.advanceTo(clock.now() + 3_600_000);
    await settled();
    expect(store.state.rows).toBe(0);

    expect(await shutdown.run()).toBe(true);
    store.state.rows = 1;
    clock.advanceTo(clock.now() + 10 * 3_600_000);
    await settled();
    expect(store.state.rows).toBe(1);
  });
});
