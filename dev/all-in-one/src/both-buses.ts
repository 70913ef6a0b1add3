import { Bus, type BusHealth, type Subscribed, type Subscription } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';

/**
 * The real bus for a service that is shown the demonstration too: it hears both, and what it says goes to the real one. So
 * the demonstration is found by searching, and no other service can take it for something that happened.
 */
export class BothBuses extends Bus {
  constructor(
    private readonly real: Bus,
    private readonly demonstration: Bus,
  ) {
    super();
  }

  override publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    return this.real.publish(topic, events);
  }

  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    const both = await Promise.all([this.real.subscribe(subscription), this.demonstration.subscribe(subscription)]);
    return { close: async () => void (await Promise.all(both.map((subscribed) => subscribed.close()))) };
  }

  override health(): BusHealth {
    return this.real.health();
  }

  override async close(): Promise<void> {
    await Promise.all([this.real.close(), this.demonstration.close()]);
  }
}
