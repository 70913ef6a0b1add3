import { randomUUID } from 'node:crypto';
import { Bus, type BusHealth, type BusObserver, type Subscribed, type Subscription } from '@whoran/bus';
import { type Topic, topics } from '@whoran/contracts';
import { type Cancel, type Clock, DependencyUnavailable, type Logger, type Millis, messageOf } from '@whoran/kernel';
import { calmRequestQueue } from './client/calm-request-queue.ts';
import { type Compression, loadCompression } from './client/compression.ts';
import { type KafkaConnection, openClient } from './client/kafka-connection.ts';
import { withAdmin } from './client/with-admin.ts';
import { KafkaSubscription } from './consume/kafka-subscription.ts';
import { groupIdOf, topicNameOf } from './names.ts';
import { encodeMessage } from './produce/encode-message.ts';
import { Sender } from './produce/sender.ts';
import { activeTraceparent } from './trace-context.ts';

/** How the bus is set up. */
export interface KafkaBusOptions extends KafkaConnection {
  /** In front of the names of all topics and groups, so that deployments can share a Kafka. */
  readonly topicPrefix: string;
  readonly compression: Compression;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: BusObserver;
  /** How many partitions of a topic are handled at the same time; 4 by default. */
  readonly partitionsInParallel?: number;
  /** The most messages that are handled, and settled, together; 500 by default. */
  readonly batchSize?: number;
  /** How long messages are tried before publishing rejects; 15 seconds by default. */
  readonly publishPatience?: Millis;
  /** The W3C header of the trace that an event belongs to, for events that name theirs; for others it is the active span's. */
  readonly traceparent?: <T>(topic: Topic<T>, event: T) => string | undefined;
}

const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1000, retries: 2 };
const REQUEST_TIMEOUT: Millis = 10_000;
/** How often a bus that has nothing to send looks whether it could. */
const PROBE: Millis = 10_000;

/** The bus on Kafka. What it promises, and how kafkajs is kept from breaking that, is in docs/adr/0011. */
export class KafkaBus extends Bus {
  private readonly subscriptions = new Set<KafkaSubscription<never>>();
  private cancelProbe: Cancel = () => undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly options: KafkaBusOptions,
    private readonly sender: Sender,
  ) {
    super();
    this.probeLater();
  }

  /**
   * Resolves when brokers have answered. Rejects with DependencyUnavailable when none does, and with ConfigInvalid for options
   * that can never do.
   */
  static async connect(options: KafkaBusOptions): Promise<KafkaBus> {
    const { clock, logger, publishPatience: patience = 15_000 } = options;
    await calmRequestQueue();
    const compression = await loadCompression(options.compression);
    const client = openClient(options, { retry: RETRY, requestTimeout: REQUEST_TIMEOUT, logger });
    const sender = new Sender({ client, compression, clock, logger, patience });
    await sender.open();
    return new KafkaBus(options, sender);
  }

  /** Also rejects with MessageTooLarge, which waiting does not mend. Some of the events may have been published then. */
  override publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    const active = activeTraceparent();
    const { topicPrefix, traceparent } = this.options;
    return this.sender.send({
      topic: topicNameOf(topicPrefix, topic),
      size: events.length,
      encode: (index) => encodeMessage(topic, events[index] as T, traceparent?.(topic, events[index] as T) ?? active),
    });
  }

  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    if (this.closing !== undefined) throw new DependencyUnavailable('the bus is closed');
    const { topicPrefix, partitionsInParallel = 4, batchSize = 500 } = this.options;
    const { topic, group, audience } = subscription;
    const groupId = groupIdOf(topicPrefix, group, topic);
    const opened = await KafkaSubscription.open({
      connection: this.options,
      subscription,
      topicName: topicNameOf(topicPrefix, topic),
      groupId: audience === 'everyone' ? `${groupId}.${randomUUID()}` : groupId,
      partitionsInParallel,
      batchSize,
      clock: this.options.clock,
      logger: this.options.logger,
      observer: this.options.observer,
      saveDeadLetter: (letter) => this.publish(topics.deadLetters, [letter]),
    });
    this.subscriptions.add(opened);
    return {
      close: async () => {
        await opened.close();
        this.subscriptions.delete(opened);
      },
    };
  }

  override health(): BusHealth {
    const healths = [...this.subscriptions].map((subscription) => subscription.health());
    const away = [this.sender.away, ...healths.map((health) => health.away)].filter((problem) => problem !== undefined);
    return {
      dead: healths.find(({ dead }) => dead !== undefined)?.dead,
      away: away.length === 0 ? undefined : away.join('; '),
    };
  }

  override close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private async end(): Promise<void> {
    this.cancelProbe();
    // Consumers first: what their handlers publish is still sent.
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    await this.sender.close();
  }

  private probeLater(): void {
    this.cancelProbe = this.options.clock.schedule(PROBE, () => {
      void this.probe().then(() => {
        if (this.closing === undefined) this.probeLater();
      });
    });
  }

  /** Who only publishes, and has nothing to publish, would not notice that the brokers are away, or back. */
  private async probe(): Promise<void> {
    if (this.sender.idleFor < PROBE) return;
    try {
      await withAdmin(this.options, { logger: this.options.logger, doing: 'reach the brokers' }, (admin) => admin.describeCluster());
      this.sender.answered(undefined);
    } catch (error) {
      this.sender.answered(messageOf(error));
    }
  }
}
