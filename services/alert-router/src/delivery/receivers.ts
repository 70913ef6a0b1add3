import { type Clock, type Logger, type Millis, assertNever } from '@whoran/kernel';
import type { Outcome, Output } from '@whoran/outputs';
import type { RouterMetrics } from '../metrics.ts';
import type { Notification } from '../notify/plan-notifications.ts';
import type { Receiver, Routing } from '../routing/load-routing.ts';
import { receiversOf } from '../routing/route-tree.ts';
import type { DeadLetters, UndeliveredReason } from './dead-letters.ts';
import type { Ended } from './deliver.ts';
import { type Delivery, ReceiverQueue } from './receiver-queue.ts';

/** What receivers run on. */
export interface ReceiversHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  readonly deadLetters: DeadLetters;
  readonly random: () => number;
}

/** All receivers with their queues. None of them delays another, or whoever hands over notifications. */
export class Receivers {
  private readonly queues = new Map<string, ReceiverQueue>();
  /** The last error of receivers whose last attempt failed. */
  private readonly failing = new Map<string, string>();
  /** Receivers that have missed a notification since they last got one. */
  private readonly undelivered = new Set<string>();

  constructor(
    private routing: Routing,
    private readonly host: ReceiversHost,
  ) {
    for (const receiver of routing.receivers) this.open(receiver);
  }

  /** Routes by a new tree. Receivers that stay keep what waits for them; those that are gone deliver what they have. */
  use(routing: Routing, drain: Millis): void {
    this.routing = routing;
    const names = new Set(routing.receivers.map(({ name }) => name));
    for (const [name, queue] of this.queues) {
      if (names.has(name)) continue;
      this.queues.delete(name);
      void queue.close(drain).then(() => this.queues.has(name) || this.host.metrics.queueLength.remove(name));
    }
    for (const receiver of routing.receivers) {
      const queue = this.queues.get(receiver.name);
      if (queue) queue.use(receiver);
      else this.open(receiver);
    }
  }

  /** Queues notifications for the receivers of their routes. Resolves when each is queued or kept as a dead letter. */
  async deliver(notifications: readonly Notification[]): Promise<void> {
    const targets = notifications.flatMap((notification) =>
      receiversOf(this.routing.root, notification.alert)
        .flatMap((name) => this.queues.get(name) ?? [])
        .map((queue) => ({ queue, notification })),
    );
    for (const { queue, notification } of targets) {
      if (queue.offer(notification)) continue;
      const error = `receiver ${queue.target.name} takes no more: its queue is full or closed`;
      await this.keep(queue.target, notification, { reason: 'queue-full', error, attempts: 0 });
    }
  }

  /** Delivers what waits for up to `limit`; the rest becomes dead letters. */
  async close(limit: Millis): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close(limit)));
  }

  private open(receiver: Receiver): void {
    const { clock, random, metrics } = this.host;
    const queue = new ReceiverQueue(receiver, {
      clock,
      random,
      onAttempt: (to, outcome, output) => this.attempted(to, outcome, output),
      onEnded: (to, delivery, ended) => this.ended(to, delivery, ended),
      onLength: ({ name }, length) => metrics.queueLength.set({ receiver: name }, length),
    });
    this.queues.set(receiver.name, queue);
    metrics.queueLength.set({ receiver: receiver.name }, 0);
  }

  private attempted({ name }: Receiver, outcome: Outcome, { kind }: Output): void {
    this.host.metrics.attempts.inc({ kind, outcome: outcome.kind });
    if (outcome.kind === 'delivered') {
      if (this.failing.delete(name)) this.host.logger.info('receiver.recovered', { receiver: name });
      return;
    }
    // One line per error and not per attempt: a receiver that is down says the same thousands of times.
    if (this.failing.get(name) === outcome.error) return;
    this.failing.set(name, outcome.error);
    this.host.logger.warn('receiver.failing', { receiver: name, kind, error: outcome.error });
  }

  private async ended(receiver: Receiver, delivery: Delivery, ended: Ended): Promise<void> {
    if (ended.kind !== 'delivered')
      return this.keep(receiver, delivery, { reason: reasonOf(ended.kind), error: ended.error, attempts: ended.attempts });
    const { metrics, clock } = this.host;
    const { kind } = receiver.output;
    metrics.deliveries.inc({ receiver: receiver.name, kind, outcome: 'delivered' });
    metrics.deliverySeconds.observe({ kind }, (clock.now() - delivery.queuedAt) / 1000);
    this.undelivered.delete(receiver.name);
  }

  private async keep(
    { name, output }: Receiver,
    { alert }: Notification,
    why: { reason: UndeliveredReason; error: string; attempts: number },
  ): Promise<void> {
    const { metrics, deadLetters, logger } = this.host;
    metrics.deliveries.inc({ receiver: name, kind: output.kind, outcome: why.reason });
    // Somebody has to look, but one line until the next delivery is enough: the metric counts and the dead letters list.
    if (!this.undelivered.has(name)) logger.error('receiver.undelivered', { receiver: name, reason: why.reason, error: why.error });
    this.undelivered.add(name);
    await deadLetters.save({ alert, receiver: name, ...why });
  }
}

function reasonOf(kind: Exclude<Ended['kind'], 'delivered'>): UndeliveredReason {
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
