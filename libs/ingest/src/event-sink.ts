import type { Bus } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';

/** Where events are safe. An ingester answers its sender only after this. */
export abstract class EventSink {
  /** Resolves when the events of a cluster are safe. Rejects with DependencyUnavailable when that is not possible now. */
  abstract store<T>(topic: Topic<T>, events: readonly T[], cluster: string): Promise<void>;
}

/** Events are safe when the bus has acknowledged them. For what can be read again, such as a file: it waits while the bus is away. */
export class BusSink extends EventSink {
  constructor(private readonly bus: Bus) {
    super();
  }

  override async store<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (events.length > 0) await this.bus.publish(topic, events);
  }
}
