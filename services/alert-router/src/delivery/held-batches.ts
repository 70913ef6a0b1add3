import { type BatchHandler, NotYet, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import type { Notification } from '@whoran/contracts';
import { type Clock, type Millis } from '@whoran/kernel';
import { type Ended, pause } from './deliver.ts';
import { reasonOf } from './delivery-report.ts';

/**
 * A batch of which nothing has ended for so long is given back, and goes on meanwhile: while it is held the bus may bring nothing
 * else, and what comes behind an alert that the receiver does not take must be told as well, or escalated.
 */
const STANDSTILL: Millis = 500;
/**
 * How many outcomes are remembered at most: more than batches of more than a hundred partitions at their widest have. What is
 * forgotten while its batch is here would be sent again. One takes about 200 bytes.
 */
const MOST_OUTCOMES = 65_536;

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
 * Handles the batches of a durable bus: a batch is held while its deliveries end, until everything in it is delivered or is to be
 * a dead letter. When it is given back before, the bus brings it again; what is on its way or has ended is not sent again.
 */
export class HeldBatches {
  private readonly outcomes = new Map<string, Ended>();

  constructor(private readonly host: HoldHost) {}

  readonly handle: BatchHandler<Notification> = async (batch, { stopping }) => {
    const stop = AbortSignal.any([this.host.stop, stopping]);
    let ends = 0;
    const ending = batch.map(async (each) => {
      const end = this.host.isOurs(each) ? await this.outcomeOf(each, stop) : undefined;
      ends += 1;
      return end;
    });
    const ended = await this.whileMoving(Promise.all(ending), () => ends);
    if (!ended || ended.some((end) => end?.kind === 'stopped')) throw new NotYet('not all deliveries of the batch have ended');
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

  /** Resolves with the work, or nothing when its progress stands still. */
  private async whileMoving<T>(work: Promise<T>, progress: () => number): Promise<T | undefined> {
    const done = new AbortController();
    void work.then(() => done.abort());
    for (let before = -1; before < progress() && !done.signal.aborted;) {
      before = progress();
      await pause(this.host.clock, STANDSTILL, done.signal);
    }
    return done.signal.aborted ? work : undefined;
  }
}

/** What a delivery that was not stopped means for its message. */
export function verdictOf(ended: Ended): Verdict {
  return ended.kind === 'delivered' ? handled : deadLetter(reasonOf(ended.kind), ended.error, ended.attempts);
}
