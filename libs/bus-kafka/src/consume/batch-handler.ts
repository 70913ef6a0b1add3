import type { BusObserver, Subscription } from '@whoran/bus';
import type { Clock, Millis } from '@whoran/kernel';
import type { Batch, EachBatchPayload } from 'kafkajs';
import { type Beating, beatMeanwhile } from './beat-meanwhile.ts';
import { forKafkajs, meansRejoining } from './consumer-errors.ts';
import { TIMES } from './consumer-times.ts';
import { type DrainOptions, drainBatch } from './drain-batch.ts';
import type { LoopWatch } from './loop-watch.ts';
import { PausedPartitions } from './paused-partitions.ts';
import type { Settle } from './settle-received.ts';
import { type Tenure, Tenures } from './tenures.ts';

/** What a batch is handled with. */
export interface BatchHandlerParts<T> {
  readonly subscription: Subscription<T>;
  readonly batchSize: number;
  /** How long a partition waits with its messages at hand before it is paused for the first time. */
  readonly patience: Millis;
  readonly settle: Settle<T>;
  readonly observer: BusObserver;
  readonly watch: LoopWatch;
  readonly clock: Clock;
  /** Told how far a partition is settled. */
  readonly onSettled: (partition: number, nextOffset: string) => void;
}

/** Handles the batches that kafkajs fetched: beats meanwhile, commits what is settled, pauses a partition that has to wait. */
export class BatchHandler<T> {
  readonly tenures = new Tenures();
  private readonly paused: PausedPartitions;

  constructor(private readonly parts: BatchHandlerParts<T>) {
    this.paused = new PausedPartitions(parts.clock, parts.patience);
  }

  /** Handlers that run shall stop, and nothing is resumed any more. */
  close(): void {
    this.tenures.close();
    this.paused.forget();
  }

  /** Settles what it can of a batch. Rejects with what kafkajs has to know of, in its own errors. */
  async handle(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition } = batch;
    const { watch, clock } = this.parts;
    const tenure = this.tenures.current;
    watch.handles(partition, clock.now());
    // Also before: a handler may hold its messages for minutes.
    this.tellLag(batch, batch.firstOffset() ?? batch.highWatermark);
    const beating = this.beatFor(payload, tenure);
    try {
      const drained = await drainBatch(payload, this.drainOptions(batch, tenure, beating.beat));
      if (drained === 'blocked') this.paused.pause(partition, payload.pause);
      else this.paused.goesOn(partition);
    } catch (error) {
      throw forKafkajs(error);
    } finally {
      beating.stop();
      watch.handled(partition);
    }
    if (beating.failure !== undefined) throw forKafkajs(beating.failure);
  }

  private beatFor({ heartbeat }: EachBatchPayload, tenure: Tenure): Beating {
    const { watch, clock } = this.parts;
    return beatMeanwhile({
      beat: async () => {
        watch.ticks(clock.now());
        await heartbeat();
      },
      onFailure: (error) => {
        // The partitions may be another's soon: nothing shall wait here any more.
        if (meansRejoining(error)) this.tenures.stop(tenure);
      },
      interval: TIMES.heartbeatInterval,
      clock,
    });
  }

  private drainOptions(batch: Batch, tenure: Tenure, beat: () => Promise<void>): DrainOptions<T> {
    const { clock, subscription, settle, watch, observer } = this.parts;
    const { group, topic } = subscription;
    let began = clock.now();
    return {
      topic,
      settle,
      batchSize: this.sizeFor(batch.partition),
      stopping: tenure.stopping,
      owned: () => !tenure.over,
      beat,
      onSettled: (nextOffset, messages) => {
        const now = clock.now();
        this.parts.onSettled(batch.partition, nextOffset);
        watch.handles(batch.partition, now);
        observer.batch(group, topic.name, messages, now - began);
        this.tellLag(batch, nextOffset);
        began = now;
      },
    };
  }

  /** Twice as many at each pause in a row, for a subscription that asks for it. */
  private sizeFor(partition: number): number {
    const { subscription, batchSize } = this.parts;
    const { batchSize: own = batchSize, widest = 0 } = subscription;
    const times = Math.min(this.paused.timesOf(partition), 20);
    return Math.max(own, Math.min(own * 2 ** times, widest));
  }

  private tellLag({ partition, highWatermark }: Batch, nextOffset: string): void {
    const { group, topic } = this.parts.subscription;
    this.parts.observer.lag(group, topic.name, partition, Number(highWatermark) - Number(nextOffset));
  }
}
