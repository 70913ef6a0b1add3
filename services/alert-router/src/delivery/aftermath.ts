import type { Bus } from '@whoran/bus';
import { type Notification, topics } from '@whoran/contracts';
import { type Cancel, type Clock, type Millis, isRetriable } from '@whoran/kernel';
import { type DeliveryEnd, deliveryOf } from '../dispatch/make-delivery.ts';
import { escalation } from '../dispatch/make-notification.ts';
import type { Receiver } from '../routing/load-routing.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type Ended, pause } from './deliver.ts';
import type { DeliveryRecords } from './delivery-records.ts';
import { type DeliveryReport, outcomeOf, reasonOf } from './delivery-report.ts';
import type { InHand } from './in-hand.ts';

/** How long to wait before an escalation that the bus did not take is tried again. */
const AGAIN: Millis = 1_000;

/** What an aftermath needs. */
export interface AftermathHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly deadLetters: DeadLetters;
  readonly records: DeliveryRecords;
  readonly report: DeliveryReport;
  /** The receiver as it is now. */
  readonly receiver: () => Receiver;
  readonly inHand: () => Iterable<InHand>;
  /** Aborted when nothing is waited for any more. */
  readonly stop: AbortSignal;
}

/** How a delivery was taken. */
export interface Took {
  readonly since: Millis;
  /** Whether it becomes a dead letter here when it is not delivered. */
  readonly keep: boolean;
  /** Which time it was asked for again, if it was: then nobody else is told. */
  readonly again?: number;
}

/** What follows when deliveries to a receiver end, or it is down for long: counts, records, dead letters, escalations. */
export class Aftermath {
  private downForLong = false;
  private cancelWait: Cancel | undefined;

  constructor(private readonly host: AftermathHost) {}

  /** Hears how the receiver fares. When it is down for escalate_after, the next one is told of what waits. */
  health(up: boolean): void {
    this.host.report.health(up);
    if (up) {
      this.cancelWait?.();
      this.cancelWait = undefined;
      this.downForLong = false;
    } else {
      this.cancelWait ??= this.host.clock.schedule(this.host.receiver().escalateAfter, () => {
        this.downForLong = true;
        for (const inHand of this.host.inHand()) this.waits(inHand);
      });
    }
  }

  /** Hears of what begins to wait. */
  waits(inHand: InHand): void {
    if (!this.downForLong || inHand.again) return;
    void this.escalate(inHand, `the receiver is down for ${this.host.receiver().escalateAfter / 1000} s`);
  }

  /** Settles a delivery that ended. Resolves with how it counts: as stopped when what must follow could not be done. */
  async ended(inHand: InHand, ended: Ended, took: Took): Promise<Ended> {
    const { report, clock, receiver } = this.host;
    if (ended.kind === 'stopped' && !took.keep) return ended;
    const { kind } = receiver().output;
    if (ended.kind === 'delivered') report.delivered(kind, clock.now() - took.since);
    else if (!(await this.missed(inHand, ended, took))) return { ...ended, kind: 'stopped' };
    const { again } = took;
    const error = ended.kind === 'delivered' ? {} : { error: ended.error };
    const end = { kind, outcome: outcomeOf(ended.kind), ...error, attempts: ended.attempts, at: clock.now(), ...(again ? { again } : {}) };
    this.record([inHand.notification, ...inHand.replaced], end);
    return ended;
  }

  /** Settles a notification for which there was no room. */
  full(notification: Notification, error: string): void {
    const { report, clock, receiver } = this.host;
    const { kind } = receiver().output;
    report.undelivered(kind, 'queue-full', error);
    this.record([notification], { kind, outcome: 'queue-full', error, attempts: 0, at: clock.now() });
    void this.escalate({ notification }, error);
  }

  /** Lets go of what waits for its time. */
  close(): void {
    this.cancelWait?.();
  }

  private record(notifications: readonly Notification[], end: DeliveryEnd): void {
    this.host.records.add(...notifications.map((notification) => deliveryOf(notification, end)));
  }

  private async missed(inHand: InHand, ended: Exclude<Ended, { kind: 'delivered' }>, { keep, again }: Took): Promise<boolean> {
    const { report, deadLetters, receiver } = this.host;
    const { kind, error, attempts } = ended;
    const reason = reasonOf(kind);
    report.undelivered(receiver().output.kind, reason, error);
    if (again === undefined && kind !== 'stopped' && !(await this.escalate(inHand, error)) && !keep) return false;
    if (keep) await deadLetters.save({ notification: inHand.notification, reason, error, attempts });
    return true;
  }

  /** Tells the receiver that stands in for this one, once per revision. False if it could not be told before the end. */
  private async escalate(inHand: Pick<InHand, 'notification' | 'escalated'>, error: string): Promise<boolean> {
    const { bus, clock, receiver, report, stop } = this.host;
    const { onFailure: to } = receiver();
    const { notification } = inHand;
    const told = to === undefined ? undefined : escalation(notification, { to, error, now: clock.now() });
    if (!told || inHand.escalated === notification.id) return true;
    inHand.escalated = notification.id;
    for (;;) {
      try {
        await bus.publish(topics.notifications, [told]);
        report.escalated(told.receiver);
        return true;
      } catch (failure) {
        if (isRetriable(failure) && (await pause(clock, AGAIN, stop))) continue;
        delete inHand.escalated;
        return false;
      }
    }
  }
}
