import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { LoopWatch } from './loop-watch.ts';
import { tryAgain } from './try-again.ts';

const PAUSE = 1000;

/** Attempts of which the first so many fail, and what became of them. */
function scene(failures: number) {
  const clock = new VirtualClock(0);
  const watch = new LoopWatch('events', 0);
  const seen = { attempts: 0, failed: 0 };
  const cancel = tryAgain({
    clock,
    pause: PAUSE,
    attempt: () => ((seen.attempts += 1) <= failures ? Promise.reject(new Error('no broker')) : Promise.resolve()),
    failed: (error) => {
      seen.failed += 1;
      watch.leaves(clock.now(), String(error));
    },
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advanceTo(clock.now() + PAUSE);
      await new Promise(setImmediate);
    }
  };
  return { clock, watch, seen, cancel, pass };
}

describe('trying again', () => {
  it('goes on until an attempt goes well, and no longer', async () => {
    const { seen, pass } = scene(3);
    await pass(10);
    expect(seen).toEqual({ attempts: 4, failed: 3 });
  });

  it('shows in an outage of ten minutes that the loop is alive, and what keeps it', async () => {
    const { clock, watch, pass } = scene(Infinity);
    await pass(600);
    expect(watch.health(clock.now())).toEqual({ dead: undefined, away: 'has not joined events yet: Error: no broker' });
  });

  it('ends when it is called off, also while an attempt is under way', async () => {
    const { clock, seen, cancel, pass } = scene(Infinity);
    await pass(2);
    clock.advanceTo(clock.now() + PAUSE);
    cancel();
    await pass(5);
    expect(seen).toEqual({ attempts: 3, failed: 2 });
  });
});
