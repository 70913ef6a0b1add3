import type { Bus } from '@whoran/bus';
import type { Alert, Notification } from '@whoran/contracts';
import { type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import type { RouterMetrics } from '../metrics.ts';
import type { Receiver, Routing } from '../routing/load-routing.ts';
import { receiversOf } from '@whoran/routing';
import { Channel } from './channel.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Ended } from './deliver.ts';
import type { DeliveryRecords } from './delivery-records.ts';
import { DeliveryReport } from './delivery-report.ts';

/** What receivers run on. */
export interface ReceiversHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  readonly deadLetters: DeadLetters;
  readonly records: DeliveryRecords;
  readonly random: () => number;
}

/** All receivers, each with its own way from the topic of notifications: none of them delays another, or whoever publishes. */
export class Receivers {
  private used: Routing;
  private readonly channels = new Map<string, Channel>();
  /** The channels of receivers that are gone and still have something to deliver. */
  private readonly runningOut = new Map<string, Channel>();

  private changing: Promise<void> = Promise.resolve();

  private constructor(
    routing: Routing,
    private readonly host: ReceiversHost,
  ) {
    this.used = routing;
  }

  /** Opens a way to each receiver. Rejects with DependencyUnavailable; then none is open. */
  static async open(routing: Routing, host: ReceiversHost): Promise<Receivers> {
    const receivers = new Receivers(routing, host);
    await receivers.use(routing, 0);
    return receivers;
  }

  /** The names of those who are told of an alert, by the routes that are in use now. */
  addressees(alert: Alert): readonly string[] {
    return receiversOf(this.used.root, alert);
  }

  /** The routing that is in use now. */
  get routing(): Routing {
    return this.used;
  }

  /**
   * Routes by a new tree, once the way to each new receiver is open. Receivers that stay keep what waits for them; for those
   * that are gone it is tried for up to `drain`. Rejects with DependencyUnavailable; then everything is as it was.
   */
  use(routing: Routing, drain: Millis): Promise<void> {
    this.changing = this.changing.catch(() => undefined).then(() => this.change(routing, drain));
    return this.changing;
  }

  /**
   * Delivers a notification to its receiver again, the so-manieth time, now and with its former idempotency key; resolves with how it ended, or
   * nothing if there is no such receiver. What is not delivered is not kept here.
   */
  async redeliver(notification: Notification, attempt: number): Promise<Ended | undefined> {
    return this.channels.get(notification.receiver)?.redeliver(notification, attempt);
  }

  /** Ends every way, for up to `limit`: what is then not delivered comes again, or is a dead letter on a bus in memory. */
  async close(limit: Millis): Promise<void> {
    await this.changing.catch(() => undefined);
    await Promise.all([...this.channels.values(), ...this.runningOut.values()].map((channel) => channel.close(limit)));
  }

  private async change(routing: Routing, drain: Millis): Promise<void> {
    const opened = await this.openMissing(routing.receivers);
    for (const receiver of routing.receivers) {
      const { name } = receiver;
      const open = this.channels.get(name) ?? this.runningOut.get(name);
      open?.use(receiver);
      this.runningOut.delete(name);
      const channel = open ?? opened.get(name);
      if (channel) this.channels.set(name, channel);
    }
    this.used = routing;
    const names = new Set(routing.receivers.map(({ name }) => name));
    for (const [name, channel] of this.channels) if (!names.has(name)) void this.runOut(name, channel, drain);
  }

  /** A receiver that comes back while its channel runs out gets it back; so what is missing is asked again after opening. */
  private async openMissing(receivers: readonly Receiver[]): Promise<ReadonlyMap<string, Channel>> {
    const opened = new Map<string, Channel>();
    const missing = () => receivers.filter(({ name }) => ![this.channels, this.runningOut, opened].some((open) => open.has(name)));
    try {
      for (let now = missing(); now.length > 0; now = missing()) {
        const channels = now.map((receiver) => this.channelTo(receiver));
        for (const channel of channels) opened.set(channel.name, channel);
        await Promise.all(channels.map((channel) => channel.open()));
      }
    } catch (error) {
      await Promise.all([...opened.values()].map((channel) => channel.close(0)));
      for (const { name, output } of receivers) if (!opened.has(name)) void output.close();
      throw error;
    }
    return opened;
  }

  private channelTo(receiver: Receiver): Channel {
    const { metrics, logger } = this.host;
    return new Channel(receiver, { ...this.host, report: new DeliveryReport(receiver.name, metrics, logger) });
  }

  private async runOut(name: string, channel: Channel, limit: Millis): Promise<void> {
    this.channels.delete(name);
    this.runningOut.set(name, channel);
    if (!(await channel.runOut(limit))) return;
    this.runningOut.delete(name);
    try {
      await channel.close(limit);
    } catch (error) {
      this.host.logger.warn('receiver.close-failed', { receiver: name, error: messageOf(error) });
    }
  }
}
