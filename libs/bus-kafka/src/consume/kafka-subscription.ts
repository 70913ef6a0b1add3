import { type BusHealth, type BusObserver, type Subscribed, type Subscription, silentObserver } from '@whoran/bus';
import type { DeadLetter } from '@whoran/contracts';
import { type Cancel, type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent } from 'kafkajs';
import { type KafkaConnection, openClient } from '../client/kafka-connection.ts';
import { asUnavailable, reasonOf } from '../client/kafka-error.ts';
import { willPass } from './consumer-errors.ts';
import { CONNECTING, FETCH, REQUEST_TIMEOUT, RETRY, TIMES } from './consumer-times.ts';
import { type Positions, beginsAtEnd, endsOf, forgetGroup, uncommitted } from './group-offsets.ts';
import { BatchHandler } from './batch-handler.ts';
import { LoopWatch } from './loop-watch.ts';
import { settlerOf } from './settle-received.ts';
import { tryAgain } from './try-again.ts';

/** What a subscription needs. */
export interface KafkaSubscriptionOptions<T> {
  readonly connection: KafkaConnection;
  readonly subscription: Subscription<T>;
  /** The names on Kafka. */
  readonly topicName: string;
  readonly groupId: string;
  readonly partitionsInParallel: number;
  readonly batchSize: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: BusObserver | undefined;
  readonly saveDeadLetter: (letter: DeadLetter) => Promise<void>;
}

/** How long a partition waits for a dependency with its messages at hand; from then on it is paused, and the others go on. */
const PATIENCE: Millis = 1000;
const CLOSING: Millis = 20_000;
const AGAIN: Millis = 1000;
/** While brokers are away every consumer restarts every other second; nobody needs to read that so often. */
const TELL_EVERY: Millis = 60_000;

/**
 * A consumer of one topic in one group. kafkajs gets a consumer, and Kafka a group, per group and topic: in a group with
 * members of different topics, its assigner would hand partitions to members that did not ask for them.
 */
export class KafkaSubscription<T> implements Subscribed {
  private readonly consumer: Consumer;
  private readonly watch: LoopWatch;
  private readonly observer: BusObserver;
  private readonly batches: BatchHandler<T>;
  private readonly assigned = new Set<number>();
  private positions: Positions = new Map();
  private toldAt: Millis = -Infinity;
  private cancelRun: Cancel = () => undefined;
  private closing: Promise<void> | undefined;

  private constructor(private readonly options: KafkaSubscriptionOptions<T>) {
    const { connection, logger, subscription, groupId, clock } = options;
    const client = openClient(connection, { retry: CONNECTING, requestTimeout: REQUEST_TIMEOUT, logger });
    // A consumer that is closed while kafkajs waits to restart it shall not come back.
    const restartOnFailure = () => Promise.resolve(this.closing === undefined);
    const retry = { ...RETRY, restartOnFailure };
    this.consumer = client.consumer({ groupId, ...TIMES, ...FETCH, retry, allowAutoTopicCreation: false });
    this.observer = options.observer ?? silentObserver;
    this.watch = new LoopWatch(`${subscription.group} at ${options.topicName}`, clock.now());
    const common = { ...options, observer: this.observer, patience: PATIENCE };
    this.batches = new BatchHandler({
      ...common,
      settle: settlerOf(common),
      watch: this.watch,
      onSettled: (partition, nextOffset) => this.positions.set(partition, nextOffset),
    });
    this.listen();
  }

  /** Resolves when the member has joined, and misses nothing that is published from then on. Rejects with DependencyUnavailable. */
  static async open<T>(options: KafkaSubscriptionOptions<T>): Promise<KafkaSubscription<T>> {
    const opened = new KafkaSubscription(options);
    try {
      await opened.start();
    } catch (error) {
      await opened.close();
      throw asUnavailable(error, `subscribe to ${options.topicName}`);
    }
    return opened;
  }

  health(): BusHealth {
    return this.watch.health(this.options.clock.now());
  }

  /** Ends what waits, awaits the handlers that run, commits what is settled and leaves the group; all in bounded time. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async start(): Promise<void> {
    const { subscription, topicName } = this.options;
    const atEnd = beginsAtEnd(subscription);
    if (atEnd) this.positions = await endsOf(this.options);
    await this.consumer.connect();
    // Whoever listens to everything has positions for the partitions there are; one that is added later is read as a whole.
    await this.consumer.subscribe({ topics: [topicName], fromBeginning: !atEnd || this.alone });
    await this.run();
    if (atEnd && !this.alone) await this.beginAtPositions();
  }

  private run(): Promise<void> {
    return this.consumer.run({
      autoCommit: true,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.options.partitionsInParallel,
      eachBatch: (payload) => this.batches.handle(payload),
    });
  }

  /** Starts anew after an error that kafkajs takes for the end, and that passes. */
  private runAgain(): void {
    const { clock } = this.options;
    this.cancelRun();
    this.cancelRun = tryAgain({
      clock,
      pause: AGAIN,
      attempt: async () => {
        await this.consumer.connect();
        await (this.closing === undefined ? this.run() : this.consumer.disconnect());
      },
      failed: (error) => {
        this.watch.leaves(clock.now(), reasonOf(error));
      },
    });
  }

  private get alone(): boolean {
    return this.options.subscription.audience === 'everyone';
  }

  private listen(): void {
    const { consumer, watch } = this;
    const { HEARTBEAT, FETCH: FETCHED, FETCH_START, REBALANCING, GROUP_JOIN, CRASH, REQUEST_TIMEOUT: TIMED_OUT } = consumer.events;
    const now = () => this.options.clock.now();
    const hears = () => watch.hears(now());
    for (const event of [HEARTBEAT, FETCHED] as const) consumer.on(event, hears);
    consumer.on(TIMED_OUT, () => {
      watch.ticks(now());
    });
    consumer.on(FETCH_START, () => {
      watch.ticks(now());
      this.batches.tenures.fetches();
    });
    consumer.on(REBALANCING, () => {
      watch.leaves(now(), 'the group is rebalancing');
    });
    consumer.on(GROUP_JOIN, (event) => {
      this.joined(event);
    });
    consumer.on(CRASH, (event) => {
      this.crashed(event);
    });
  }

  private joined({ payload }: ConsumerGroupJoinEvent): void {
    const { topicName, subscription, logger, clock } = this.options;
    const partitions = payload.memberAssignment[topicName] ?? [];
    this.batches.tenures.begin();
    if (this.closing !== undefined) {
      // It was joining when it was closed, and kafkajs does not stop what has not begun.
      setImmediate(() => void this.consumer.disconnect().catch(() => undefined));
      return;
    }
    for (const partition of this.assigned) {
      if (!partitions.includes(partition)) this.observer.lag(subscription.group, subscription.topic.name, partition, 0);
    }
    this.assigned.clear();
    for (const partition of partitions) this.assigned.add(partition);
    // Without a group to share offsets with, what this process knows is what counts, also after an outage.
    if (this.alone) {
      for (const partition of partitions) this.seek(partition, this.positions.get(partition));
    }
    this.watch.joins(clock.now());
    logger.info('kafka.joined', { group: payload.groupId, topic: topicName, partitions: partitions.length });
  }

  /** Begins at the end of partitions that the group has never read, as of when the subscription began. */
  private async beginAtPositions(): Promise<void> {
    const { topicName: topic } = this.options;
    const begin = await uncommitted(this.options, this.positions);
    const mine = [...begin].filter(([partition]) => this.assigned.has(partition));
    for (const [partition, offset] of mine) this.seek(partition, offset);
    // At once, so that the group goes on here although it is closed before the first message comes.
    if (mine.length > 0) await this.consumer.commitOffsets(mine.map(([partition, offset]) => ({ topic, partition, offset })));
  }

  private seek(partition: number, offset: string | undefined): void {
    if (offset !== undefined) this.consumer.seek({ topic: this.options.topicName, partition, offset });
  }

  private crashed({ payload }: ConsumerCrashEvent): void {
    const { clock, logger, topicName, groupId } = this.options;
    const problem = reasonOf(payload.error);
    this.batches.tenures.begin();
    this.watch.leaves(clock.now(), problem);
    if (this.closing !== undefined) return;
    if (payload.restart || willPass(payload.error)) {
      if (clock.now() - this.toldAt >= TELL_EVERY) {
        this.toldAt = clock.now();
        logger.warn('kafka.consumer-restarted', { group: groupId, topic: topicName, error: problem });
      }
      if (!payload.restart) this.runAgain();
      return;
    }
    this.watch.ends(problem);
    logger.error('kafka.consumer-ended', { group: groupId, topic: topicName, error: problem });
  }

  private async end(): Promise<void> {
    const { clock, logger, groupId, topicName } = this.options;
    this.batches.close();
    this.cancelRun();
    const leaving = this.consumer.disconnect().catch((error: unknown) => {
      logger.warn('kafka.not-left', { group: groupId, topic: topicName, error: messageOf(error) });
    });
    const late = await new Promise<boolean>((resolve) => {
      const cancel = clock.schedule(CLOSING, () => {
        resolve(true);
      });
      void leaving.then(() => {
        cancel();
        resolve(false);
      });
    });
    if (late) logger.warn('kafka.not-left', { group: groupId, topic: topicName, error: `still busy after ${CLOSING / 1000} s` });
    // Nobody will ask for the offsets of a group that was this process's own. If it fails, the broker forgets them by itself after days.
    if (this.alone && !late) await forgetGroup(this.options).catch(() => undefined);
  }
}
