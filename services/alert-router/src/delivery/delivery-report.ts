import type { Delivery } from '@whoran/contracts';
import { type Logger, type Millis, assertNever } from '@whoran/kernel';
import type { Outcome, Output } from '@whoran/outputs';
import type { RouterMetrics } from '../metrics.ts';
import type { UndeliveredReason } from './dead-letters.ts';
import type { Ended } from './deliver.ts';

/** Counts and logs what happens at one receiver. One line when it begins to fail and not one per alert: metrics count. */
export class DeliveryReport {
  /** The last error, while the last attempt failed. */
  private failing: string | undefined;
  /** Whether it has missed a notification since it last got one. */
  private missed = false;

  constructor(
    private readonly receiver: string,
    private readonly metrics: RouterMetrics,
    private readonly logger: Logger,
  ) {
    this.inHand(0, undefined);
    this.health(true);
  }

  /** How many alerts are in hand, and when the oldest of them was raised. */
  inHand(count: number, oldest: Millis | undefined): void {
    this.metrics.queueLength.set({ receiver: this.receiver }, count);
    this.metrics.oldest.set({ receiver: this.receiver }, (oldest ?? 0) / 1000);
  }

  health(up: boolean): void {
    this.metrics.receiverUp.set({ receiver: this.receiver }, up ? 1 : 0);
  }

  attempted(outcome: Outcome, { kind }: Output): void {
    const { receiver, metrics, logger } = this;
    metrics.attempts.inc({ kind, outcome: outcome.kind });
    if (outcome.kind === 'delivered') {
      if (this.failing !== undefined) logger.info('receiver.recovered', { receiver });
      this.failing = undefined;
    } else if (this.failing !== outcome.error) {
      this.failing = outcome.error;
      logger.warn('receiver.failing', { receiver, kind, error: outcome.error });
    }
  }

  /** A notification that arrived, so long after it was raised. */
  delivered(kind: string, age: Millis): void {
    this.metrics.deliveries.inc({ receiver: this.receiver, kind, outcome: 'delivered' });
    this.metrics.deliverySeconds.observe({ kind }, age / 1000);
    this.missed = false;
  }

  /** A notification that becomes a dead letter. */
  undelivered(kind: string, reason: UndeliveredReason, error: string): void {
    const { receiver, metrics, logger } = this;
    metrics.deliveries.inc({ receiver, kind, outcome: reason });
    // Somebody has to look, but one line until the next delivery is enough: the metric counts and the dead letters list.
    if (!this.missed) logger.error('receiver.undelivered', { receiver, reason, error });
    this.missed = true;
  }

  /** Another receiver is told, because this one was not reached. */
  escalated(to: string): void {
    this.metrics.escalations.inc({ receiver: this.receiver, to });
  }

  /** Forgets the gauges of a receiver that is gone. */
  forget(): void {
    const { queueLength, oldest, receiverUp } = this.metrics;
    for (const gauge of [queueLength, oldest, receiverUp]) gauge.remove({ receiver: this.receiver });
  }
}

/** Why a delivery that ended so is a dead letter. */
export function reasonOf(kind: Exclude<Ended['kind'], 'delivered'>): UndeliveredReason {
  switch (kind) {
    case 'refused':
    case 'expired':
      return kind;
    case 'stopped':
      return 'delivery-failed';
    default:
      return assertNever(kind);
  }
}

/** What the record of a delivery that ended so says. */
export function outcomeOf(kind: Ended['kind']): Delivery['outcome'] {
  return kind === 'stopped' ? 'failed' : kind;
}
