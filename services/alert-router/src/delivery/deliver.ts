import type { Notification } from '@whoran/contracts';
import { type Clock, type Millis, messageOf } from '@whoran/kernel';
import type { Outcome, Output } from '@whoran/outputs';
import type { Gate } from './gate.ts';
import { nextStep } from './next-step.ts';

/** How a delivery ended. `stopped`: the service ends, or the notification is another router's now, before it was delivered. */
export type Ended =
  | { readonly kind: 'delivered'; readonly attempts: number }
  | { readonly kind: 'refused' | 'expired' | 'stopped'; readonly attempts: number; readonly error: string };

/** What a delivery needs beside the notification. */
export interface DeliverOptions {
  /** Asked before each attempt: a reload may have changed it. */
  readonly output: () => Output;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: () => number;
  /** When to give up. One attempt is made even if that has passed, unless the receiver is down. */
  readonly until: () => Millis;
  /** Aborted when no attempt may begin any more. */
  readonly stop: AbortSignal;
  /** Aborted when the attempt under way must end as well. */
  readonly cut: AbortSignal;
  readonly onAttempt: (outcome: Outcome, output: Output) => void;
}

/**
 * Delivers one notification, with as many attempts as it takes until the deadline. What is sent is asked for at each
 * attempt, because an update may have come meanwhile. Never rejects.
 */
export async function deliver(notification: () => Notification, options: DeliverOptions): Promise<Ended> {
  const { gate, clock, until, random, stop } = options;
  let error = 'the service stopped before an attempt was made';
  for (let attempt = 1; ; attempt += 1) {
    const turn = await gate.enter(until, { stop, tried: attempt > 1 });
    if (turn.kind === 'expired') return { kind: 'expired', attempts: attempt - 1, error: turn.error };
    if (turn.kind === 'stopped') return { kind: 'stopped', attempts: attempt - 1, error };
    const output = options.output();
    const outcome = await attemptOnce(notification(), output, options);
    gate.leave(outcome);
    if (!outcome) return { kind: 'stopped', attempts: attempt, error: 'the service stopped during an attempt' };
    options.onAttempt(outcome, output);
    const step = nextStep(outcome, { attempt, now: clock.now(), until: until(), random: random() });
    if (step.kind !== 'wait') return { ...step, attempts: attempt };
    error = step.error;
    await pause(clock, step.delay, stop);
  }
}

/** One attempt, or nothing if it was cut. An output that does not heed its signal is not waited for. */
async function attemptOnce(notification: Notification, output: Output, { clock, cut }: DeliverOptions): Promise<Outcome | undefined> {
  if (cut.aborted) return undefined;
  const attempt = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Outcome | undefined>();
  // What ended by itself is not aborted: that would take its connection from who comes next.
  const giveUp = (outcome: Outcome | undefined) => {
    resolve(outcome);
    attempt.abort();
  };
  const onCut = () => giveUp(undefined);
  cut.addEventListener('abort', onCut);
  const cancel = clock.schedule(output.timeout, () => giveUp({ kind: 'retry', error: `no answer within ${output.timeout} ms` }));
  void output
    .send(notification, { signal: attempt.signal })
    .catch((error: unknown): Outcome => ({ kind: 'retry', error: messageOf(error) }))
    .then(resolve);
  try {
    return await promise;
  } finally {
    cancel();
    cut.removeEventListener('abort', onCut);
  }
}

/** Waits; false if stopped meanwhile. */
export function pause(clock: Clock, delay: Millis, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve(false);
    const onStop = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.schedule(delay, () => {
      stop.removeEventListener('abort', onStop);
      resolve(true);
    });
    stop.addEventListener('abort', onStop, { once: true });
  });
}
