import { Bus, type BusHealth, type Subscribed, type Subscription } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';
import type { Idle } from './ground.ts';

/** A bus that counts what is on its way, because a broker does not say. It must be used by everybody who publishes or subscribes. */
export class CountedBus extends Bus implements Idle {
  private readonly listeners = new Map<string, number>();
  private readonly waiting = new Set<() => void>();
  private pending = 0;

  constructor(private readonly inner: Bus) {
    super();
  }

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    // Counted before it is published: it may be handled before the broker's word is back.
    const deliveries = events.length * (this.listeners.get(topic.name) ?? 0);
    this.count(deliveries + 1);
    try {
      await this.inner.publish(topic, events);
    } catch (error) {
      this.count(-deliveries);
      throw error;
    } finally {
      this.count(-1);
    }
  }

  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    const { name } = subscription.topic;
    const handle: typeof subscription.handle = async (messages, context) => {
      const verdicts = await subscription.handle(messages, context);
      this.count(-messages.length);
      return verdicts;
    };
    const subscribed = await this.inner.subscribe({ ...subscription, handle });
    this.listeners.set(name, (this.listeners.get(name) ?? 0) + 1);
    return {
      close: () => {
        this.listeners.set(name, (this.listeners.get(name) ?? 1) - 1);
        return subscribed.close();
      },
    };
  }

  override health(): BusHealth {
    return this.inner.health();
  }

  idle(): Promise<void> {
    return this.pending <= 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.add(resolve));
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  private count(difference: number): void {
    this.pending += difference;
    if (this.pending > 0) return;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
