import type { Bus } from '@whoran/bus';
import { type Delivery, topics } from '@whoran/contracts';
import type { Cancel, Clock, Millis } from '@whoran/kernel';

/** How long records wait for others to go with them, when nobody waits for them. */
const TOGETHER: Millis = 250;
/** How many records wait at most for a bus that is away; the oldest go first. One takes about 500 bytes. */
const MOST_WAITING = 10_000;

/** Brings the records of deliveries on their topic, several at once. */
export class DeliveryRecords {
  private waiting: Delivery[] = [];
  private publishing: Promise<void> = Promise.resolve();
  private cancel: Cancel | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Takes records; they are published soon, or by `flush`. */
  add(...records: readonly Delivery[]): void {
    this.waiting.push(...records);
    if (this.waiting.length > MOST_WAITING) this.waiting = this.waiting.slice(-MOST_WAITING);
    this.cancel ??= this.clock.schedule(TOGETHER, () => {
      this.cancel = undefined;
      // What could not be published goes with the next.
      this.flush().catch(() => undefined);
    });
  }

  /** Resolves when everything that was taken is published. Rejects with DependencyUnavailable; then it is kept. */
  flush(): Promise<void> {
    this.publishing = this.publishing.catch(() => undefined).then(() => this.publish());
    return this.publishing;
  }

  private async publish(): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    const records = this.waiting;
    if (records.length === 0) return;
    this.waiting = [];
    try {
      await this.bus.publish(topics.deliveries, records);
    } catch (error) {
      this.waiting = [...records, ...this.waiting].slice(-MOST_WAITING);
      throw error;
    }
  }
}
