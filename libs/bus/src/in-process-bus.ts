import { type Topic, topics } from '@whoran/contracts';
import { type Clock, DependencyUnavailable } from '@whoran/kernel';
import { Bus, type BusHealth, type BusObserver, type Subscribed, type Subscription, silentObserver } from './bus.ts';
import { type Lane, openLane } from './lane.ts';

/**
 * How the in-process bus is dimensioned: it holds at most `lanes × capacity` messages per group and topic, beside those that
 * publishers wait with.
 */
export interface InProcessBusOptions {
  readonly lanes?: number;
  readonly capacity?: number;
  readonly batchSize?: number;
  readonly observer?: BusObserver;
}

interface Group {
  readonly lanes: readonly Lane<unknown>[];
}

/**
 * A bus within one process. Lanes stand for partitions: a key belongs to one lane, a lane runs one batch at a time.
 * Publishing waits when a lane is full, so memory is bounded. Nothing survives the process. A group has one member here:
 * two subscriptions of one group are two groups.
 */
export class InProcessBus extends Bus {
  override readonly durable: boolean = false;
  private readonly groups = new Map<string, Group[]>();
  private readonly kept = new Map<string, Map<string, unknown>>();
  private readonly idlers = new Set<() => void>();
  private pending = 0;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly options: InProcessBusOptions = {},
  ) {
    super();
  }

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (this.closed) throw new DependencyUnavailable('the in-process bus is closed');
    this.count(1);
    try {
      // All events stand in line at once, so that publishers keep their order in every group although some must wait.
      await Promise.all(events.flatMap((event) => this.offer(topic, event)));
    } finally {
      this.count(-1);
    }
  }

  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    const { topic } = subscription;
    const { lanes: count = 8, capacity = 2000, batchSize = 500, observer = silentObserver } = this.options;
    const lanes = Array.from({ length: count }, () =>
      openLane<T>({
        capacity,
        batchSize: subscription.batchSize ?? batchSize,
        settle: {
          ...subscription,
          clock: this.clock,
          observer,
          saveDeadLetter: (letter) => this.publish(topics.deadLetters, [letter]),
        },
        onChange: (difference) => this.count(difference),
      }),
    );
    const group: Group = { lanes };
    this.groups.set(topic.name, [...(this.groups.get(topic.name) ?? []), group]);
    for (const [key, event] of this.kept.get(topic.name) ?? []) await laneOf(group, key).push(event);
    return { close: () => this.leave(topic.name, group) };
  }

  override health(): BusHealth {
    return { dead: undefined, away: this.closed ? 'the in-process bus is closed' : undefined };
  }

  /** Resolves when nothing is being published or queued and no handler runs. */
  idle(): Promise<void> {
    return this.pending === 0 ? Promise.resolve() : new Promise((resolve) => this.idlers.add(resolve));
  }

  override async close(): Promise<void> {
    await this.idle();
    this.closed = true;
    await Promise.all([...this.groups.values()].flat().flatMap((group) => group.lanes.map((lane) => lane.close())));
  }

  private async leave(topic: string, group: Group): Promise<void> {
    this.groups.set(
      topic,
      (this.groups.get(topic) ?? []).filter((other) => other !== group),
    );
    await Promise.all(group.lanes.map((lane) => lane.close()));
  }

  /** Offers an event to every group; returns what is to be waited for. */
  private offer<T>(topic: Topic<T>, event: T): Promise<void>[] {
    const key = topic.key(event);
    if (topic.compacted) this.keep(topic.name, key, event);
    return (this.groups.get(topic.name) ?? []).flatMap((group) => laneOf(group, key).push(event) ?? []);
  }

  private keep(topic: string, key: string, event: unknown): void {
    const kept = this.kept.get(topic) ?? new Map<string, unknown>();
    this.kept.set(topic, kept.set(key, event));
  }

  private count(difference: number): void {
    this.pending += difference;
    if (this.pending > 0) return;
    for (const resolve of this.idlers) resolve();
    this.idlers.clear();
  }
}

function laneOf(group: Group, key: string): Lane<unknown> {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return group.lanes[(hash >>> 0) % group.lanes.length] as Lane<unknown>;
}
