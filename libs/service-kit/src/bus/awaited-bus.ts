import { Bus, type BusHealth, type Subscribed, type Subscription } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';
import { type Cancel, type Clock, DependencyUnavailable, type Logger, type Millis, isRetriable, messageOf } from '@whoran/kernel';

const FIRST_WAIT: Millis = 500;
const LONGEST_WAIT: Millis = 10_000;

/** How a bus is awaited. */
export interface AwaitedBusOptions {
  /** Connects. It is called again while it rejects with a retriable error. */
  readonly open: () => Promise<Bus>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of an error that waiting does not mend, when connecting or subscribing. */
  readonly onHopeless: (error: unknown) => void;
}

/**
 * A bus that is there at once and connects when it can, so that a service starts while the brokers are away: it answers its
 * probes and says what it waits for, instead of ending and starting again. Until then publishing fails as it does in an outage.
 */
export class AwaitedBus extends Bus {
  private bus: Bus | undefined;
  private closed = false;
  private readonly problems = new Map<string, string>();
  private readonly waits = new Set<() => void>();
  private readonly opening: Promise<Bus | undefined>;

  constructor(private readonly options: AwaitedBusOptions) {
    super();
    this.opening = this.untilDone('not connected yet', async () => {
      this.bus = await options.open();
      return this.bus;
    });
  }

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (!this.bus || this.closed) throw new DependencyUnavailable(`the bus is ${this.closed ? 'closed' : 'not connected yet'}`);
    await this.bus.publish(topic, events);
  }

  /** Resolves at once; the subscription begins when the bus is there. Until then the bus is away. */
  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    let wanted = true;
    const name = `${subscription.group} has not joined ${subscription.topic.name} yet`;
    const beginning = this.untilDone(name, async () => {
      const bus = await this.opening;
      return bus && wanted ? await bus.subscribe(subscription) : undefined;
    });
    return {
      close: async () => {
        wanted = false;
        if (this.problems.has(name)) return this.closeLater(beginning);
        await (await beginning)?.close();
      },
    };
  }

  override health(): BusHealth {
    const inner = this.bus?.health();
    const waiting = [...this.problems].map(([what, why]) => (why === '' ? what : `${what}: ${why}`));
    const problems = inner?.away === undefined ? waiting : [inner.away, ...waiting];
    return { dead: inner?.dead, away: problems.length === 0 ? undefined : problems.join('; ') };
  }

  override async close(): Promise<void> {
    this.closed = true;
    for (const end of this.waits) end();
    if (this.bus) await this.bus.close();
    else this.closeLater(this.opening);
  }

  /** What is still beginning is closed when it has begun: waiting for it would be waiting for brokers that are away. */
  private closeLater(beginning: Promise<{ close(): Promise<void> } | undefined>): void {
    beginning
      .then((late) => late?.close())
      .catch((error: unknown) => this.options.logger.warn('bus.close-failed', { error: messageOf(error) }));
  }

  /** Tries until it succeeds, the bus is closed, or there is no hope; meanwhile `name` is a problem. Does not reject. */
  private async untilDone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    const { logger, onHopeless } = this.options;
    this.problems.set(name, '');
    for (let wait = FIRST_WAIT; !this.closed; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        const done = await work();
        this.problems.delete(name);
        return done;
      } catch (error) {
        const problem = messageOf(error);
        // An outage is one line in the log, and one more when its reason changes.
        if (problem !== this.problems.get(name)) logger.warn('bus.waiting', { what: name, error: problem });
        this.problems.set(name, problem);
        if (!isRetriable(error)) {
          onHopeless(error);
          return undefined;
        }
      }
      await this.pause(wait);
    }
    return undefined;
  }

  private async pause(wait: Millis): Promise<void> {
    let cancel: Cancel = () => {};
    let end: () => void = () => {};
    await new Promise<void>((resolve) => {
      end = resolve;
      this.waits.add(resolve);
      cancel = this.options.clock.schedule(wait, resolve);
    });
    cancel();
    this.waits.delete(end);
  }
}
