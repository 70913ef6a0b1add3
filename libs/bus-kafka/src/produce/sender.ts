import { type AppError, type Cancel, type Clock, DependencyUnavailable, type Logger, type Millis } from '@whoran/kernel';
import type { CompressionTypes, Kafka, Producer } from 'kafkajs';
import { MessageTooLarge, asUnavailable, protocolErrorOf } from '../client/kafka-error.ts';
import { Outbox, type Parcel, type Shipment } from './outbox.ts';
import { partitionOf } from './partition-of.ts';
import { quickenEncoding } from './quicken-encoding.ts';

/** What sending needs. */
export interface SenderOptions {
  readonly client: Kafka;
  readonly compression: CompressionTypes;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long messages are tried before their publishers hear that Kafka is away. */
  readonly patience: Millis;
}

/** kafkajs copies the list of a partition once per message, so larger shipments cost more than they save. */
const MOST_MESSAGES = 1000;
/** Under a MiB, which is what brokers take for the messages of one partition by default. */
const MOST_BYTES = 900_000;
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const ACK_TIMEOUT: Millis = 10_000;
/** Bridges the election of a leader, four seconds or so; longer outages are for the publisher to wait for. */
const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1000, retries: 6 };

/**
 * Sends what is published, one request at a time; what comes meanwhile goes together with the next. kafkajs alone would let a
 * later request overtake one that is tried again, and the order per key would be lost.
 *
 * After a failure the producer is replaced: kafkajs takes back the sequence numbers of messages that a broker may have
 * written, and the broker would take the next ones for copies of those and drop them.
 */
export class Sender {
  private readonly outbox = new Outbox();
  private producer: Producer | undefined;
  private working: Promise<void> | undefined;
  private closed = false;
  /** How many messages go one by one, to find the one that is too large for its topic. */
  private singly = 0;
  /** Counts how often all that waited was refused: what was under way then is nobody's any more. */
  private refusals = 0;
  private problem: string | undefined;
  private lastAnswer: Millis;

  constructor(private readonly options: SenderOptions) {
    this.lastAnswer = options.clock.now();
    quickenEncoding();
  }

  /** Why messages cannot be sent now; nothing when the last attempt went well. */
  get away(): string | undefined {
    return this.closed ? 'the bus is closed' : this.problem;
  }

  /** For how long nothing has shown whether the brokers answer. */
  get idleFor(): Millis {
    return this.working === undefined ? this.options.clock.now() - this.lastAnswer : 0;
  }

  /** Connects. Rejects with DependencyUnavailable. */
  async open(): Promise<void> {
    await this.connected();
    this.answered(undefined);
  }

  /** Takes note of what another connection found out: that the brokers answer, or why not. */
  answered(problem: string | undefined): void {
    this.problem = problem;
    this.lastAnswer = this.options.clock.now();
  }

  /** Resolves when all in-sync replicas have it. Rejects with DependencyUnavailable or MessageTooLarge. */
  send(parcel: Omit<Parcel, 'sent' | 'failed'>): Promise<void> {
    if (this.closed) return Promise.reject(new DependencyUnavailable('the bus is closed'));
    if (parcel.size === 0) return Promise.resolve();
    return new Promise((sent, failed) => {
      this.outbox.add({ ...parcel, sent, failed });
      this.working ??= this.work();
    });
  }

  /** Sends what waits, for as long as the patience allows, and disconnects. */
  async close(): Promise<void> {
    this.closed = true;
    const { clock, patience } = this.options;
    const { working, producer } = this;
    if (working !== undefined) {
      await new Promise<void>((resolve) => {
        const cancel = clock.schedule(patience, resolve);
        void working.then(() => {
          cancel();
          resolve();
        });
      });
    }
    this.producer = undefined;
    if (producer !== undefined) await disconnect(producer);
  }

  private async work(): Promise<void> {
    // A microtask later, so that a burst goes together.
    await Promise.resolve();
    while (!this.outbox.empty) {
      const shipment = this.outbox.load({ messages: this.singly > 0 ? 1 : MOST_MESSAGES, bytes: MOST_BYTES });
      if (shipment.count > 0) await this.deliver(shipment);
    }
    // Here, and not when the promise settles: what is sent in between would wait for ever.
    this.working = undefined;
  }

  private async deliver(shipment: Shipment): Promise<void> {
    const before = this.refusals;
    const stopWatch = this.watch();
    try {
      await this.post(shipment, await this.connected());
      this.answered(undefined);
      if (before !== this.refusals) return;
      this.singly = Math.max(0, this.singly - shipment.count);
      this.outbox.arrived();
    } catch (error) {
      if (before === this.refusals) this.failed(error, shipment);
    } finally {
      stopWatch();
    }
  }

  private async post({ messages }: Shipment, producer: Producer): Promise<void> {
    try {
      await producer.sendBatch({
        topicMessages: [...messages].map(([topic, list]) => ({ topic, messages: list })),
        acks: -1,
        timeout: ACK_TIMEOUT,
        compression: this.options.compression,
      });
    } catch (error) {
      if (this.producer === producer) this.producer = undefined;
      // Also when it was disconnected before: trying again, it may have connected again.
      void disconnect(producer);
      throw error;
    }
  }

  /** Refuses what waits whenever the patience is over. The request goes on and is awaited: the next must not overtake it. */
  private watch(): Cancel {
    const { clock, patience } = this.options;
    const giveUp = () => {
      this.refuse(new DependencyUnavailable(`Kafka: no broker has confirmed messages for ${patience / 1000} s`));
      cancel = clock.schedule(patience, giveUp);
    };
    let cancel = clock.schedule(patience, giveUp);
    return () => {
      cancel();
    };
  }

  private failed(error: unknown, shipment: Shipment): void {
    const type = protocolErrorOf(error);
    if (type === undefined || !TOO_LARGE.includes(type)) {
      this.refuse(asUnavailable(error, 'send messages'));
      return;
    }
    if (shipment.count > 1) {
      this.singly = shipment.count;
      this.outbox.unload();
      return;
    }
    this.singly = Math.max(0, this.singly - 1);
    this.outbox.refuseFirst(
      new MessageTooLarge(`Kafka: a message is larger than ${[...shipment.messages.keys()].join()} takes (max.message.bytes)`, {
        cause: error,
      }),
    );
  }

  private refuse(error: AppError): void {
    this.refusals += 1;
    this.singly = 0;
    if (this.problem === undefined) this.options.logger.warn('kafka.away', { error: error.message });
    this.answered(error.message);
    this.outbox.refuseAll(error);
  }

  private async connected(): Promise<Producer> {
    if (this.producer !== undefined) return this.producer;
    const producer = this.options.client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      retry: RETRY,
      createPartitioner: () => byKey,
    });
    try {
      await producer.connect();
    } catch (error) {
      void disconnect(producer);
      throw asUnavailable(error, 'connect to the brokers');
    }
    this.producer = producer;
    return producer;
  }
}

interface PartitionerArguments {
  readonly partitionMetadata: readonly unknown[];
  readonly message: { readonly key?: Buffer | string | null };
}

function byKey({ partitionMetadata, message }: PartitionerArguments): number {
  return Buffer.isBuffer(message.key) ? partitionOf(message.key, partitionMetadata.length) : 0;
}

async function disconnect(producer: Producer): Promise<void> {
  try {
    await producer.disconnect();
  } catch {
    // It is of no use any more either way.
  }
}
