import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '@whoran/kernel';
import type { Load } from './load/load.ts';
import { type Lag, totalOf } from './processes/lag.ts';
import type { RowGround } from './run-row.ts';

/** Longer than the resolver waits for what would name a user. */
const QUIET: Millis = 4000;
/** Enough when every event is there and only a revision could follow. */
const QUIET_IF_COMPLETE: Millis = 1500;
/** Whatever makes no progress for so long is stuck. */
const STUCK: Millis = 60_000;
/** After ten minutes of outage a million events come, at what the machine has left. */
const LIMIT: Millis = 1_800_000;
const EVERY: Millis = 250;

/** What is settled: a load, and what it went through. */
interface Settling {
  readonly load: Load;
  readonly ground: RowGround;
}

/** Waits until nothing is on its way any more. Says what still is when that makes no progress for a minute. */
export async function settle({ load, ground }: Settling): Promise<readonly string[]> {
  const sending = load.settle().then(() => true);
  if (!(await Promise.race([sending, sleep(LIMIT, false, { ref: false })]))) return ['senders still wait for answers after half an hour'];
  const alerts = load.truth.events.filter((event) => event.sent && event.kind === 'alert').length;
  const sent = load.truth.events.filter((event) => event.sent).length;
  const began = performance.now();
  let progress = { at: began, of: '' };
  for (;;) {
    const { events, lastAt } = ground.watcher;
    const received = Math.min(ground.receiver.received.size, ground.bystander.received.size);
    const left = await ground.lag.read();
    const now = performance.now();
    const state = [events, lastAt, received, totalOf(left)].join();
    if (state !== progress.of) progress = { at: now, of: state };
    const isComplete = events >= sent && received >= alerts;
    const quiet = Date.now() - lastAt;
    if (isComplete && totalOf(left) === 0 && quiet > QUIET_IF_COMPLETE) return [];
    if (now - progress.at > STUCK || now - began > LIMIT) return stuck(left, quiet);
    await sleep(EVERY);
  }
}

function stuck(left: Lag, quiet: Millis): readonly string[] {
  return totalOf(left) === 0 && quiet > QUIET ? [] : [`not settled: ${JSON.stringify(left)}`];
}
