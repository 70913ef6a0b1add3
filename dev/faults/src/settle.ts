import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '@whoran/kernel';
import type { Load } from './load/load.ts';
import { totalOf } from './processes/lag.ts';
import type { RowGround } from './run-row.ts';

/** Longer than the resolver waits for what would name a user. */
const QUIET: Millis = 4000;
/** Enough when every event is there and only a revision could follow. */
const QUIET_IF_COMPLETE: Millis = 1500;
const LIMIT: Millis = 120_000;
const EVERY: Millis = 250;

/** Waits until nothing is on its way any more. Says what still is after two minutes. */
export async function settle({ load, ground }: { readonly load: Load; readonly ground: RowGround }): Promise<readonly string[]> {
  const { watcher, receiver, lag } = ground;
  const until = performance.now() + LIMIT;
  const sending = load.settle().then(() => true);
  if (!(await Promise.race([sending, sleep(LIMIT, false, { ref: false })]))) return ['senders still wait for answers after two minutes'];
  const sent = load.truth.events.filter((event) => event.sent).length;
  const alerts = load.truth.events.filter((event) => event.sent && event.kind === 'alert').length;
  for (;;) {
    const complete = watcher.events >= sent && receiver.received.size >= alerts;
    const quiet = Date.now() - watcher.lastAt;
    const left = await lag.read();
    if (totalOf(left) === 0 && quiet > (complete ? QUIET_IF_COMPLETE : QUIET) && (complete || performance.now() > until - LIMIT / 2))
      return [];
    if (performance.now() > until) return totalOf(left) === 0 ? [] : [`not settled after two minutes: ${JSON.stringify(left)}`];
    await sleep(EVERY);
  }
}
