import { type BatchHandler, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import type { Alert } from '@whoran/contracts';
import { type Clock, DependencyUnavailable, type Millis } from '@whoran/kernel';
import { type Ended, pause } from './deliver.ts';
import { reasonOf } from './delivery-report.ts';

/** A bus may take a handler for dead that does not come back; after this the batch is given back, and goes on meanwhile. */
const LONGEST_HOLD: Millis = 300_000;
/** How many outcomes are remembered at most. One takes about 200 bytes. */
const MOST_OUTCOMES = 10_000;

/** An alert that is for other receivers. */
export const notOurs: Verdict = drop('other-receiver');

/** What holding needs. */
export interface HoldHost {
  readonly clock: Clock;
  readonly isOurs: (alert: Alert) => boolean;
  /** Never rejects. What is on its way already is not sent twice. */
  readonly deliver: (alert: Alert, stop: AbortSignal) => Promise<Ended>;
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

  readonly handle: BatchHandler<Alert> = async (alerts, { stopping }) => {
    const stop = AbortSignal.any([this.host.stop, stopping]);
    const ending = Promise.all(alerts.map(async (alert) => (this.host.isOurs(alert) ? this.outcomeOf(alert, stop) : undefined)));
    const ended = await this.within(ending);
    if (!ended || ended.some((end) => end?.kind === 'stopped')) throw new DependencyUnavailable('not all alerts of the batch have ended');
    for (const alert of alerts) this.outcomes.delete(keyOf(alert));
    return ended.map((end) => (end ? verdictOf(end) : notOurs));
  };

  private async outcomeOf(alert: Alert, stop: AbortSignal): Promise<Ended> {
    const known = this.outcomes.get(keyOf(alert));
    if (known) return known;
    const ended = await this.host.deliver(alert, stop);
    if (ended.kind !== 'stopped') this.outcomes.set(keyOf(alert), ended);
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

function keyOf({ whoran: { id, revision } }: Alert): string {
  return `${revision}/${id}`;
}
