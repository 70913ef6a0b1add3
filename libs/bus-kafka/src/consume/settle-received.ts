import { type BusObserver, type Subscription, type Verdict, deadLetter, handled, settleBatch } from '@whoran/bus';
import type { DeadLetter } from '@whoran/contracts';
import type { Clock, Millis } from '@whoran/kernel';
import { withinTrace } from '../trace-context.ts';
import { type Received, textOfReceived, topicOfReceived } from './received.ts';

/** What settling needs beside the messages. */
export interface SettlingOptions<T> {
  readonly subscription: Subscription<T>;
  readonly saveDeadLetter: (letter: DeadLetter) => Promise<void>;
  readonly clock: Clock;
  readonly observer: BusObserver;
  readonly patience: Millis;
}

/** Settles messages of one partition; resolves whether they are settled, as settleBatch does. */
export type Settle<T> = (messages: readonly Received<T>[], stopping: AbortSignal) => Promise<boolean>;

/** The failure policy of libs/bus, for messages as they come: those that cannot be read become dead letters at once. */
export function settlerOf<T>({ subscription, ...options }: SettlingOptions<T>): Settle<T> {
  const { group, stage = group, topic, about } = subscription;
  const common = {
    ...options,
    group,
    stage,
    topic: topicOfReceived(topic),
    handle: (messages: readonly Received<T>[], context: { readonly stopping: AbortSignal }) => handle(messages, subscription, context),
    originOf: ({ partition, raw }: Received<T>) => ({ partition, offset: raw.offset }),
    textOf: textOfReceived,
    // A message that cannot be read is about nothing but itself.
    ...(about === undefined
      ? {}
      : { about: ({ event }: Received<T>, letter: DeadLetter) => ('value' in event ? about(event.value, letter) : letter) }),
  };
  return (messages, stopping) => settleBatch(messages, { ...common, stopping });
}

async function handle<T>(
  messages: readonly Received<T>[],
  subscription: Subscription<T>,
  context: { readonly stopping: AbortSignal },
): Promise<readonly Verdict[] | void> {
  const events: T[] = [];
  for (const { event } of messages) if ('value' in event) events.push(event.value);
  const raw = messages.map((message) => message.raw);
  const verdicts = events.length === 0 ? [] : await withinTrace(raw, () => subscription.handle(events, context));
  if (events.length === messages.length) return verdicts;
  let next = 0;
  return messages.map(({ event }) => {
    if ('problem' in event) return deadLetter('undecodable', event.problem);
    return verdicts?.[next++] ?? handled;
  });
}
