import { type DeadLetter, type Origin, type Topic, clusterOfSource, encodeJson, topics } from '@whoran/contracts';
import { type Clock, type Millis, isRetriable, messageOf, truncate } from '@whoran/kernel';
import type { BatchHandler, BusObserver, Subscription } from './bus.ts';
import { makeDeadLetter } from './make-dead-letter.ts';
import { NotYet, type Verdict, deadLetter, handled } from './verdict.ts';

const TRIES = 3;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 15_000;
const UNEXPECTED = 'WHORAN_UNEXPECTED';
/** How long the name of a cluster may be in a dead letter. */
const MAX_CLUSTER = 253;

/** What settling needs beside the batch. */
export interface SettleOptions<T> {
  readonly group: string;
  readonly stage?: string;
  readonly topic: Topic<T>;
  readonly handle: BatchHandler<T>;
  readonly about?: Subscription<T>['about'];
  readonly saveDeadLetter: (letter: DeadLetter) => Promise<void>;
  readonly clock: Clock;
  readonly observer: BusObserver;
  /** Aborted when the partition is taken away or the service stops: waiting then ends at once. */
  readonly stopping: AbortSignal;
  /** How long to wait for a dependency before resolving false, for a caller that comes again; without it as long as it takes. */
  readonly patience?: Millis;
  /** What a bus knows of where a message came from beside topic and key. */
  readonly originOf?: (message: T) => Partial<Origin>;
  /** The message as it came; by default it is written anew. */
  readonly textOf?: (message: T) => string;
}

/**
 * The whole failure policy, the same on every bus. Resolves true when every message is settled, false when stopped before or
 * out of patience: then the same messages are to be settled again. A retriable error waits for as long as that allows. Any
 * other error is a bug: the batch is taken apart, and a message that fails three times alone is kept as a dead letter, because
 * a crafted event must not blind detection for a partition.
 */
export async function settleBatch<T>(messages: readonly T[], options: SettleOptions<T>): Promise<boolean> {
  const { group, topic, observer, stopping, patience = Infinity } = options;
  let tries = 0;
  let wait = FIRST_WAIT;
  let waited = 0;
  while (!stopping.aborted) {
    const outcome = await attempt(messages, options);
    if ('verdicts' in outcome) return record(messages, outcome.verdicts, options);
    const { error } = outcome;
    if (error instanceof NotYet && patience < Infinity) return false;
    observer.retried(group, topic.name, error);
    if (isRetriable(error)) {
      if (waited + wait > patience) return false;
      await pause(options, wait);
      waited += wait;
      wait = longer(wait);
    } else if (messages.length > 1) return settleOneByOne(messages, options);
    else if ((tries += 1) >= TRIES) return record(messages, [deadLetter(UNEXPECTED, stackOf(error), TRIES)], options);
  }
  return false;
}

type Outcome = { readonly verdicts: readonly Verdict[] } | { readonly error: unknown };

async function attempt<T>(messages: readonly T[], options: SettleOptions<T>): Promise<Outcome> {
  const { group, topic, observer } = options;
  observer.inFlight(group, topic.name, messages.length);
  try {
    return { verdicts: (await options.handle(messages, { stopping: options.stopping })) ?? [] };
  } catch (error) {
    return { error };
  } finally {
    observer.inFlight(group, topic.name, -messages.length);
  }
}

async function settleOneByOne<T>(messages: readonly T[], options: SettleOptions<T>): Promise<boolean> {
  for (const message of messages) {
    if (!(await settleBatch([message], options))) return false;
  }
  return true;
}

async function record<T>(messages: readonly T[], verdicts: readonly Verdict[], options: SettleOptions<T>): Promise<boolean> {
  const { group, topic, observer } = options;
  for (const [index, message] of messages.entries()) {
    const verdict = verdicts[index] ?? handled;
    if (verdict.kind === 'dead-letter' && !(await bury(message, verdict, options))) return false;
    observer.settled(group, topic.name, verdict.kind, verdict.kind === 'handled' ? '' : verdict.reason);
  }
  return true;
}

async function bury<T>(message: T, verdict: Verdict & { kind: 'dead-letter' }, options: SettleOptions<T>): Promise<boolean> {
  const { group, topic, observer } = options;
  const letter = letterOf(message, verdict, options);
  // A dead letter that fails stays where it is: another one about it would fail as well, and so on without end.
  const saved = topic.name === topics.deadLetters.name || (await save(letter, options));
  if (saved) observer.deadLettered(group, topic.name, letter.id, letter.reason, letter.error);
  return saved;
}

/** Saves a dead letter for as long as patience allows, whatever goes wrong: the alternative is to lose it. */
async function save<T>(letter: DeadLetter, options: SettleOptions<T>): Promise<boolean> {
  const { group, topic, observer, stopping, patience = Infinity } = options;
  let waited = 0;
  // Once even when stopping: a batch that was handled should not come again because one of it is a dead letter.
  for (let wait = FIRST_WAIT; ; wait = longer(wait)) {
    try {
      await options.saveDeadLetter(letter);
      return true;
    } catch (error) {
      observer.retried(group, topic.name, error);
    }
    if (waited + wait > patience) return false;
    await pause(options, wait);
    if (stopping.aborted) return false;
    waited += wait;
  }
}

function letterOf<T>(message: T, verdict: Verdict & { kind: 'dead-letter' }, options: SettleOptions<T>): DeadLetter {
  const { group, stage = group, topic, clock, about, originOf, textOf = encodeJson } = options;
  const failure = {
    stage,
    origin: { topic: topic.name, key: readable(() => topic.key(message)), ...clusterOf(message, topic), ...originOf?.(message) },
    messageId: readable(() => topic.cloudEvent(message).id),
    reason: verdict.reason,
    error: verdict.error,
    attempts: verdict.attempts ?? 1,
    payload: readable(() => textOf(message)),
  };
  const letter = makeDeadLetter(failure, clock.now());
  try {
    return { ...letter, ...about?.(message, letter) };
  } catch {
    // Too broken for its own subscription: then the bus's words must do.
    return letter;
  }
}

function clusterOf<T>(message: T, topic: Topic<T>): { readonly cluster?: string } {
  const cluster = clusterOfSource(readable(() => topic.cloudEvent(message).source));
  return cluster === undefined ? {} : { cluster: truncate(cluster, MAX_CLUSTER) };
}

/** A message that is a dead letter may be too broken to be read. */
function readable(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return `unreadable: ${messageOf(error)}`;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

function longer(wait: Millis): Millis {
  return Math.min(wait * 2, LONGEST_WAIT);
}

function pause({ clock, stopping }: Pick<SettleOptions<never>, 'clock' | 'stopping'>, wait: Millis): Promise<void> {
  if (stopping.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      stopping.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.schedule(wait, end);
    stopping.addEventListener('abort', end);
  });
}
