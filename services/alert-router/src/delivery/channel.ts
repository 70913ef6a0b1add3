import { type BatchHandler, type Bus, type Subscribed, deadLetter, handled } from '@whoran/bus';
import { type Notification, topics } from '@whoran/contracts';
import type { Clock, Millis } from '@whoran/kernel';
import type { Receiver } from '../routing/load-routing.ts';
import { Aftermath, type Took } from './aftermath.ts';
import { type DeadLetters, STAGE, aboutReceiver } from './dead-letters.ts';
import { type Ended, deliver, pause } from './deliver.ts';
import type { DeliveryRecords } from './delivery-records.ts';
import type { DeliveryReport } from './delivery-report.ts';
import { Gate } from './gate.ts';
import { HeldBatches, notOurs } from './held-batches.ts';
import { type InHand, NotificationsInHand } from './in-hand.ts';

/** Notifications of a partition that are settled together: so many come again when the process is killed. */
const BATCH = 64;
/** As many may be in hand of a partition in which one is not taken: what comes behind it is still told, or escalated. */
const WIDEST = 512;

/** What a channel runs on. */
export interface ChannelHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: () => number;
  readonly deadLetters: DeadLetters;
  readonly records: DeliveryRecords;
  readonly report: DeliveryReport;
}

/** How a notification is taken. What is asked for again gets one attempt. */
interface Taking extends Took {
  /** Aborted when no attempt may begin any more. */
  readonly stop: AbortSignal;
}

/**
 * The way to one receiver: a group of its own on the notifications, so that it has its own place there, a restart goes on where it
 * stopped, and routers share its work. A batch on a durable bus is held until each is delivered or a dead letter; a bus
 * in memory has no place to keep, so there as many as the receiver's queue allows are held here and the rest goes on.
 */
export class Channel {
  private readonly inHand: NotificationsInHand;
  private readonly gate: Gate;
  private readonly aftermath: Aftermath;
  private readonly held: HeldBatches;
  private readonly stop = new AbortController();
  private readonly cut = new AbortController();
  private subscribed: Subscribed | undefined;
  /** After this nothing is tried again. */
  private lastCall = Infinity;
  private closing: Promise<void> | undefined;

  constructor(
    private receiver: Receiver,
    private readonly host: ChannelHost,
  ) {
    const { clock, random, report, records } = host;
    this.inHand = new NotificationsInHand(() => report.inHand(this.inHand.size, this.inHand.oldest));
    this.aftermath = new Aftermath({ ...host, receiver: () => this.receiver, inHand: () => this.inHand.all(), stop: this.cut.signal });
    const concurrency = () => this.receiver.limits.concurrency;
    this.gate = new Gate({ clock, random, concurrency, onHealth: (up) => this.aftermath.health(up) });
    this.held = new HeldBatches({
      clock,
      isOurs: ({ receiver: name }) => name === this.name,
      settling: () => records.flush(),
      deliver: (notification, stop) => this.take(notification, { since: this.madeAt(notification), stop, keep: false }),
      stop: this.stop.signal,
    });
  }

  /** The receiver's name. */
  get name(): string {
    return this.receiver.name;
  }

  /** Begins to take the receiver's notifications from the bus. Rejects with DependencyUnavailable. */
  async open(): Promise<void> {
    const { name } = this;
    const { bus } = this.host;
    this.subscribed = await bus.subscribe({
      // Names of receivers are bounded in length and characters (routing-schema.ts).
      group: `${STAGE}.${name}`,
      stage: STAGE,
      topic: topics.notifications,
      batchSize: BATCH,
      widest: WIDEST,
      handle: bus.durable ? this.held.handle : this.queue,
      about: (notification, letter) => aboutReceiver(notification, letter, name),
    });
  }

  /** From now on attempts go to this receiver; what waits stays. */
  use(receiver: Receiver): void {
    const former = this.receiver.output;
    this.receiver = receiver;
    this.lastCall = Infinity;
    void former.close();
    this.gate.forget();
  }

  /** Tries to deliver a notification once, now, however old it is. Whoever asked for it keeps it if it is not delivered. */
  async redeliver(notification: Notification, attempt: number): Promise<Ended> {
    const taking = { since: this.host.clock.now(), stop: this.stop.signal, keep: false, again: attempt };
    return this.take(notification, taking);
  }

  /**
   * Tries what there still is for a receiver that is gone for up to `limit`; then it becomes a dead letter. Resolves true
   * when nothing came for as long as that, or false if the receiver is used again before.
   */
  async runOut(limit: Millis): Promise<boolean> {
    const { clock } = this.host;
    this.lastCall = clock.now() + limit;
    this.gate.wake();
    let taken: number;
    do {
      taken = this.inHand.taken;
      await this.inHand.idle();
      await pause(clock, limit, this.stop.signal);
      if (this.lastCall === Infinity) return false;
    } while (taken !== this.inHand.taken && !this.stop.signal.aborted);
    return true;
  }

  /** Takes nothing more. What a durable bus keeps is left to it; anything else is tried for up to `limit`. No attempt is cut before. */
  close(limit: Millis): Promise<void> {
    return (this.closing ??= this.end(limit));
  }

  private async end(limit: Millis): Promise<void> {
    const { bus, clock, report } = this.host;
    if (bus.durable) this.stop.abort();
    const closed = this.subscribed?.close();
    if (this.inHand.size > 0) await Promise.race([this.inHand.idle(), pause(clock, limit, this.cut.signal)]);
    this.stop.abort();
    this.cut.abort();
    await Promise.all([closed, this.inHand.idle()]);
    this.aftermath.close();
    await this.receiver.output.close();
    report.forget();
  }

  /** Handles a batch of a bus in memory: settled when everything is in hand, or is a dead letter because that is too much. */
  private readonly queue: BatchHandler<Notification> = async (notifications) =>
    notifications.map((notification) => {
      if (notification.receiver !== this.name) return notOurs;
      const { limits, name } = this.receiver;
      if (this.inHand.size >= limits.size && !this.inHand.has(notification.subject)) {
        const error = `receiver ${name} takes no more: ${limits.size} notifications wait for it`;
        this.aftermath.full(notification, error);
        return deadLetter('queue-full', error, 0);
      }
      void this.take(notification, { since: this.madeAt(notification), stop: this.stop.signal, keep: true });
      return handled;
    });

  /** The clock of another router may be ahead of ours; that gives nobody more time. */
  private madeAt({ createdAt }: Notification): Millis {
    const now = this.host.clock.now();
    return Math.min(Date.parse(createdAt) || now, now);
  }

  private take(notification: Notification, taking: Taking): Promise<Ended> {
    const { since, again } = taking;
    return this.inHand.take(notification, { since, again: again !== undefined }, (inHand) => this.run(inHand, taking));
  }

  private async run(inHand: InHand, taking: Taking): Promise<Ended> {
    const { clock, random, report } = this.host;
    const { since, stop, again } = taking;
    const next = () => {
      inHand.sending = true;
      return inHand.notification;
    };
    this.aftermath.waits(inHand);
    const ended = await deliver(next, {
      clock,
      random,
      gate: this.gate,
      output: () => this.receiver.output,
      until: () => Math.min(since + (again === undefined ? this.receiver.limits.deadline : 0), this.lastCall),
      stop,
      cut: this.cut.signal,
      onAttempt: (outcome, output) => {
        inHand.sending = false;
        report.attempted(outcome, output);
      },
    });
    return this.aftermath.ended(inHand, ended, taking);
  }
}
