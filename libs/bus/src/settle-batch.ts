import { type DeadLetter, type Topic, encodeJson } from '@whoran/contracts';
import { type Clock, isRetriable, messageOf } from '@whoran/kernel';
import type { BatchHandler, BusObserver } from './bus.ts';
import { makeDeadLetter } from './make-dead-letter.ts';
import { type Verdict, handled } from './verdict.ts';

const TRIES = 3;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 15_000;

/** What settling needs beside the batch. */
export interface SettleOptions<T> {
  readonly group: string;
  readonly topic: Topic<T>;
  readonly handle: BatchHandler<T>;
  readonly saveDeadLetter: (letter: DeadLetter) => Promise<void>;
  readonly clock: Clock;
  readonly observer: BusObserver;
  /** Whether to give up waiting: the partition was taken away, or the service stops. */
  readonly stopped: () => boolean;
}

/**
 * The whole failure policy, the same on every bus. Resolves true when every message is settled, false when stopped before.
 * A retriable error waits for as long as it takes. Any other error is a bug: the batch is taken apart, and a message that
 * fails three times alone is kept as a dead letter, because a crafted event must not blind detection for a partition.
 */
export async function settleBatch<T>(messages: readonly T[], options: SettleOptions<T>): Promise<boolean> {
  const { group, topic, observer } = options;
  for (let attempt = 1, wait = FIRST_WAIT; ; attempt += 1, wait = Math.min(wait * 2, LONGEST_WAIT)) {
    if (options.stopped()) return false;
    try {
      const verdicts = await options.handle(messages);
      await record(messages, verdicts ?? [], options);
      return true;
    } catch (error) {
      observer.retried(group, topic.name, error);
      if (isRetriable(error)) await pause(options.clock, wait);
      else if (messages.length > 1) return settleOneByOne(messages, options);
      else if (attempt >= TRIES) return giveUp(messages[0] as T, error, options);
    }
  }
}

async function settleOneByOne<T>(messages: readonly T[], options: SettleOptions<T>): Promise<boolean> {
  for (const message of messages) {
    if (!(await settleBatch([message], options))) return false;
  }
  return true;
}

async function giveUp<T>(message: T, error: unknown, options: SettleOptions<T>): Promise<boolean> {
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  const verdict: Verdict = { kind: 'dead-letter', reason: 'WHORAN_UNEXPECTED', error: stack };
  // The letter is saved like a message is handled: while the dead letters are unreachable, the partition waits.
  return settleBatch([message], { ...options, handle: async () => [verdict] });
}

async function record<T>(messages: readonly T[], verdicts: readonly Verdict[], options: SettleOptions<T>): Promise<void> {
  const { group, topic, observer } = options;
  for (const [index, message] of messages.entries()) {
    const verdict = verdicts[index] ?? handled;
    if (verdict.kind === 'dead-letter') await bury(message, verdict, options);
    observer.settled(group, topic.name, verdict.kind, verdict.kind === 'handled' ? '' : verdict.reason);
  }
}

async function bury<T>(message: T, verdict: Verdict & { kind: 'dead-letter' }, options: SettleOptions<T>): Promise<void> {
  const { group, topic, clock, observer } = options;
  const letter = makeDeadLetter(
    {
      stage: group,
      origin: { topic: topic.name, key: topic.key(message) },
      messageId: topic.cloudEvent(message).id,
      reason: verdict.reason,
      error: verdict.error,
      attempts: verdict.reason === 'WHORAN_UNEXPECTED' ? TRIES : 1,
      payload: encodeJson(message),
    },
    clock.now(),
  );
  await options.saveDeadLetter(letter);
  observer.deadLettered(group, topic.name, letter.id, letter.reason, letter.error);
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(milliseconds, resolve));
}
