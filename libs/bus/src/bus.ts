import type { DeadLetter, Topic } from '@whoran/contracts';
import type { Verdict } from './verdict.ts';

/** What a handler is told beside its messages. */
export interface BatchContext {
  /** Aborted when the messages are taken away or the bus stops: a handler that waits rejects then, and they come again. */
  readonly stopping: AbortSignal;
}

/**
 * Processes messages of one partition, in order. Messages of one key never run at the same time. It may be called again
 * with the same messages, so it must be idempotent; it must not change them. One verdict a message, or nothing for all handled.
 */
export type BatchHandler<T> = (messages: readonly T[], context: BatchContext) => Promise<readonly Verdict[] | void>;

/** Which message a dead letter is about, when that is another one than the message that failed. */
export type LetterAbout = Pick<DeadLetter, 'id' | 'origin' | 'payload' | 'truncated' | 'replay'>;

/** A group's wish for a topic. Every group gets every message; members of one group share them. */
export interface Subscription<T> {
  readonly group: string;
  /** The service that dead letters name, when the group is one of several that it has; by default the group. */
  readonly stage?: string;
  readonly topic: Topic<T>;
  readonly handle: BatchHandler<T>;
  /**
   * Whether the members of the group share the messages (the default), or every process that subscribes gets them all: of a
   * compacted topic first what is kept, of any other what comes from then on.
   */
  readonly audience?: 'group' | 'everyone';
  /** Where a group begins that the topic has not seen before: with the oldest message that is kept (the default), or the next. */
  readonly begin?: 'earliest' | 'latest';
  /** The most messages that are handled, and settled, together; by default the bus decides. */
  readonly batchSize?: number;
  /**
   * How large a batch may grow that came again and again, by those behind it: so messages that wait for something of their own
   * do not keep the others of their partition away. By default it stays as it is.
   */
  readonly widest?: number;
  /** For messages that carry others, as replays do: what a dead letter says in place of the bus's own, which it is given. */
  readonly about?: (message: T, letter: DeadLetter) => LetterAbout;
}

/** What keeps a bus from doing its work, in a few words; nothing when all is well. */
export interface BusHealth {
  /** Only a new process helps: a consumer ended for good, or its loop stands still. */
  readonly dead: string | undefined;
  /** It may come back by itself: the brokers are away, or a group has not been joined yet. */
  readonly away: string | undefined;
}

/** Ends a subscription: what runs is awaited, nothing new starts. */
export interface Subscribed {
  close(): Promise<void>;
}

/**
 * The port between services. Delivery is at least once and in order per key; a batch that fails for a retriable reason
 * waits and comes again; what cannot be processed goes to the dead letters.
 */
export abstract class Bus {
  /** Whether messages outlive this process: then a handler may leave work unfinished, because it comes again. */
  readonly durable: boolean = true;
  /** Resolves when the bus has taken the events; waits when consumers are behind. Rejects with DependencyUnavailable. */
  abstract publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void>;
  abstract subscribe<T>(subscription: Subscription<T>): Promise<Subscribed>;
  abstract health(): BusHealth;
  /** Resolves once everything published is with its consumers, then refuses what comes. */
  abstract close(): Promise<void>;
}

/** What a bus tells those who measure it. */
export interface BusObserver {
  settled(group: string, topic: string, verdict: Verdict['kind'], reason: string): void;
  batch(group: string, topic: string, size: number, milliseconds: number): void;
  retried(group: string, topic: string, error: unknown): void;
  deadLettered(group: string, topic: string, id: string, reason: string, error: string): void;
  /** How many messages of a partition the group has not settled, as of the last batch. */
  lag(group: string, topic: string, partition: number, messages: number): void;
  /** How many more, or fewer, messages are with handlers now. */
  inFlight(group: string, topic: string, difference: number): void;
}

/** Measures nothing. */
export const silentObserver: BusObserver = {
  settled() {},
  batch() {},
  retried() {},
  deadLettered() {},
  lag() {},
  inFlight() {},
};
