import { setImmediate as turn } from 'node:timers/promises';
import { type Millis, type VirtualClock, millisOfNanos } from '@whoran/kernel';
import type { Idle } from './ground.ts';
import type { Input } from './schedule.ts';

/** Longer than anything in the pipeline waits: after this much quiet, everything that will come out is out. */
const AFTERWARDS: Millis = 1_200_000;

/** How long one step may take in real time before it counts as waiting for virtual time. */
const LONGEST_STEP: Millis = 2000;

/** What a replay drives: services on a virtual clock. */
export interface Replayed {
  readonly clock: VirtualClock;
  readonly bus: Idle;
  /** Resolves when what timers began is done, beside what is on the bus. */
  readonly working?: () => Promise<void>;
  readonly longestStep?: Millis;
  deliver(input: Input): Promise<void>;
}

/** Delivers inputs at their times. Between them every timer runs at its own time, and each step ends before the next begins. */
export async function replay(inputs: readonly Input[], pipeline: Replayed): Promise<void> {
  for (const input of inputs) {
    await passTime(pipeline, millisOfNanos(input.at));
    await pipeline.deliver(input);
    await settle(pipeline);
  }
  await passTime(pipeline, pipeline.clock.now() + AFTERWARDS);
}

/** Goes to a time and lets what the timers begin on the way end. */
export async function passTime(pipeline: Omit<Replayed, 'deliver'>, until: Millis): Promise<void> {
  for (let next = pipeline.clock.nextTimer(until); next !== undefined; next = pipeline.clock.nextTimer(until)) {
    pipeline.clock.advanceTo(next);
    await settle(pipeline);
  }
  pipeline.clock.advanceTo(Math.max(until, pipeline.clock.now()));
}

/**
 * Resolves when nothing moves that does not wait for time. Work outside the bus goes on within a turn of the event loop, and
 * may give the bus something to do, so the bus is asked twice.
 */
export async function settle({ bus, working, longestStep = LONGEST_STEP }: Omit<Replayed, 'deliver' | 'clock'>): Promise<void> {
  const idle = async () => {
    await working?.();
    await bus.idle();
  };
  await quiet(idle, longestStep);
  await quiet(idle, longestStep);
}

/** A handler that waits on the virtual clock, to try again, would be awaited for ever: the wait is bounded. */
async function quiet(idle: () => Promise<void>, longestStep: Millis): Promise<void> {
  const bound = performance.now() + longestStep;
  const step = { ended: false };
  void idle().then(() => {
    step.ended = true;
  });
  do await turn();
  while (!step.ended && performance.now() < bound);
}
