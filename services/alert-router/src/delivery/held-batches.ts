import { type BatchHandler, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import type { Notification } from '@whoran/contracts';
import { type Clock, DependencyUnavailable, type Millis } from '@whoran/kernel';
import { type Ended, pause } from './deliver.ts';
import { reasonOf } from './delivery-report.ts';

/** A bus may take a handler for dead that does not come back; after this the batch is given back, and goes on meanwhile. */
const LONGEST_HOLD: Millis = 300_000;
/** How many outcomes are remembered at most. One takes about 200 bytes. */
const MOST_OUTCOMES = 10_000;

/** A notification that is for other receivers. */
export const notOurs: Verdict = drop('other-receiver');

/** What holding needs. */
export interface HoldHost {
  readonly clock: Clock;
  readonly isOurs: (notification: Notification) => boolean;
  /** Never rejects. What is on its way already is not sent twice. */
  readonly deliver: (notification: Notification, stop: AbortSignal) => Promise<Ended>;
  /** Called when all of a batch have ended, before it is settled. A retriable error makes it come again; nothing is sent twice. */
  readonly settling: () => Promise<void>;
  /** Aborted when no attempt may begin any more. */
  readonly stop: AbortSignal;
}

/**
 * Handles the batches of a durable bus: a batch is held until everything in it is delivered or is to be a dead letter. When it
 * must be given back before, the bus brings it again; what had ended by then is remembered, and not sent again.
 */
export class HeldBatches {
  private readonly outcomes = new Map<string, Ended>();

  constructor(private readonly host: HoldHost) {}

  readonly handle: BatchHandler<Notification> = async (batch, { stopping }) => {
    const stop = AbortSignal.any([this.host.stop, stopping]);
    const ending = Promise.all(batch.map(async (each) => (this.host.isOurs(each) ? this.outcomeOf(each, stop) : undefined)));
    const ended = await this.within(ending);
    if (!ended || ended.some((end) => end?.kind === 'stopped'))
      throw new DependencyUnavailable('not all deliveries of the batch have ended');
    await this.host.settling();
    for (const { id } of batch) this.outcomes.delete(id);
    return ended.map((end) => (end ? verdictOf(end) : notOurs));
  };

  private async outcomeOf(notification: Notification, stop: AbortSignal): Promise<Ended> {
    const known = this.outcomes.get(notification.id);
    if (known) return known;
    const ended = await this.host.deliver(notification, stop);
    if (ended.kind !== 'stopped') this.outcomes.set(notification.id, ended);
    // Batches that went to another router are never settled here.
    for (const key of this.outcomes.keys()) {
      if (this.outcomes.size <= MOST_OUTCOMES) break;
      this.outcomes.delete(key);
    }
    return ended;
  }

  private async within<T>(work: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    const late = pause(this.host.clock, LONGEST_HOLD, done.signal).then(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  }
}

/** What a delivery that was not stopped means for its message. */
export function verdictOf(ended: Ended): Verdict {
  return ended.kind === 'delivered' ? handled : deadLetter(reasonOf(ended.kind), ended.error, ended.attempts);
}
