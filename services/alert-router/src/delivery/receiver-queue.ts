import type { Clock, Millis } from '@whoran/kernel';
import type { Outcome, Output } from '@whoran/outputs';
import type { Notification } from '../notify/plan-notifications.ts';
import type { Receiver } from '../routing/load-routing.ts';
import { type Ended, deliver, pause } from './deliver.ts';

/** A notification on its way to one receiver. */
export interface Delivery extends Notification {
  readonly queuedAt: Millis;
}

/** What a queue tells, and what it runs on. */
export interface QueueHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly onAttempt: (receiver: Receiver, outcome: Outcome, output: Output) => void;
  /** Must keep what was not delivered; the place in the queue is free when it resolves. Must not reject. */
  readonly onEnded: (receiver: Receiver, delivery: Delivery, ended: Ended) => Promise<void>;
  readonly onLength: (receiver: Receiver, length: number) => void;
}

/**
 * The notifications of one receiver, bounded in number. Of one alert only one is under way at a time, so that an update
 * cannot overtake what it updates; while the first still waits, the update takes its place.
 */
export class ReceiverQueue {
  private readonly waiting = new Map<string, Delivery>();
  private readonly running = new Set<string>();
  private readonly stop = new AbortController();
  private onIdle: (() => void)[] = [];
  private closed = false;

  constructor(
    private receiver: Receiver,
    private readonly host: QueueHost,
  ) {}

  /** Where attempts go. */
  get target(): Receiver {
    return this.receiver;
  }

  /** How many notifications wait or are under way. */
  private get length(): number {
    return this.waiting.size + this.running.size;
  }

  /** From now on attempts go to this receiver; what waits stays. */
  use(receiver: Receiver): void {
    const former = this.receiver.output;
    this.receiver = receiver;
    void former.close();
    this.fill();
  }

  /** Takes a notification, or says that there is no room. Never waits. */
  offer(notification: Notification): boolean {
    const { id } = notification.alert.whoran;
    const earlier = this.waiting.get(id);
    if (this.closed || (!earlier && this.length >= this.receiver.limits.size)) return false;
    this.waiting.set(id, {
      ...notification,
      update: earlier ? earlier.update : notification.update,
      queuedAt: earlier?.queuedAt ?? this.host.clock.now(),
    });
    this.fill();
    this.host.onLength(this.receiver, this.length);
    return true;
  }

  /** Takes nothing more, delivers for up to `limit`, and hands over what remains as stopped. */
  async close(limit: Millis): Promise<void> {
    this.closed = true;
    if (this.length > 0) await Promise.race([this.idle(), pause(this.host.clock, limit, this.stop.signal)]);
    this.stop.abort();
    const remaining = [...this.waiting.values()];
    this.waiting.clear();
    const ended: Ended = { kind: 'stopped', attempts: 0, error: 'the service stopped before an attempt was made' };
    await Promise.all(remaining.map((delivery) => this.host.onEnded(this.receiver, delivery, ended)));
    await this.idle();
    await this.receiver.output.close();
  }

  private idle(): Promise<void> {
    return this.length === 0 ? Promise.resolve() : new Promise((resolve) => this.onIdle.push(resolve));
  }

  private fill(): void {
    while (this.running.size < this.receiver.limits.concurrency) {
      const next = this.takeNext();
      if (!next) return;
      void this.run(next);
    }
  }

  private takeNext(): Delivery | undefined {
    for (const [id, delivery] of this.waiting) {
      if (this.running.has(id)) continue;
      this.waiting.delete(id);
      this.running.add(id);
      return delivery;
    }
    return undefined;
  }

  private async run(delivery: Delivery): Promise<void> {
    const { clock, random } = this.host;
    const ended = await deliver(delivery, {
      clock,
      random,
      output: () => this.receiver.output,
      until: delivery.queuedAt + this.receiver.limits.deadline,
      stop: this.stop.signal,
      onAttempt: (outcome, output) => this.host.onAttempt(this.receiver, outcome, output),
    });
    await this.host.onEnded(this.receiver, delivery, ended);
    this.running.delete(delivery.alert.whoran.id);
    this.fill();
    this.host.onLength(this.receiver, this.length);
    if (this.length > 0) return;
    for (const resolve of this.onIdle) resolve();
    this.onIdle = [];
  }
}
