import type { Bus } from '@whoran/bus';
import { type Delivery, type Notification, topics } from '@whoran/contracts';
import { type Clock, DependencyUnavailable, type Millis } from '@whoran/kernel';
import { type RateLimit, addToStorm, takeToken } from '@whoran/routing';
import type { DispatchMetrics } from './dispatch-metrics.ts';
import type { DispatchReceiver } from './dispatch-routing.ts';
import { deliveryOf } from './make-delivery.ts';
import type { DispatchStore, RateState } from './state/dispatch-store.ts';
import { Turns } from './turns.ts';

/** How often a change of a rate is tried when other routers change it too. */
const TRIES = 20;

/** What telling needs. */
export interface TellerHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly store: DispatchStore;
  readonly metrics: DispatchMetrics;
  /** The receivers that are in use now. */
  readonly receivers: () => readonly DispatchReceiver[];
}

/** A notification that nobody is told, and why. */
export interface Unsaid {
  readonly notification: Notification;
  readonly kind: 'inhibition' | 'time' | 'silence' | 'rate';
  readonly by: string;
}

/** Brings notifications on their topic, as many as each receiver takes; what is over its rate is summed up. */
export class Teller {
  private readonly turns = new Turns();

  constructor(private readonly host: TellerHost) {}

  /** Tells notifications, and records those that nobody is told. The same call again tells the same. Rejects with DependencyUnavailable. */
  async tell(notifications: readonly Notification[], unsaid: readonly Unsaid[] = []): Promise<void> {
    const { admitted, over } = await this.capped(notifications);
    await this.publish(admitted, [...unsaid, ...over]);
  }

  /** Tells what has no rate: summaries. Rejects with DependencyUnavailable. */
  async publish(notifications: readonly Notification[], unsaid: readonly Unsaid[] = []): Promise<void> {
    const { bus, metrics } = this.host;
    if (notifications.length > 0) await bus.publish(topics.notifications, notifications);
    const records = unsaid.map((each) => this.recordOf(each));
    if (records.length > 0) await bus.publish(topics.deliveries, records);
    for (const { reason } of notifications) metrics.notifications.inc({ reason });
    for (const { notification, kind } of unsaid) metrics.muted.inc({ receiver: notification.receiver, by: kind });
  }

  private recordOf({ notification, by }: Unsaid): Delivery {
    const { clock, receivers } = this.host;
    const kind = receivers().find(({ name }) => name === notification.receiver)?.output.kind ?? '';
    return deliveryOf(notification, { kind, outcome: 'muted', error: by, attempts: 0, at: clock.now() });
  }

  private async capped(notifications: readonly Notification[]): Promise<{ admitted: Notification[]; over: Unsaid[] }> {
    const limits = new Map(this.host.receivers().flatMap(({ name, rateLimit }) => (rateLimit ? [[name, rateLimit] as const] : [])));
    const admitted = notifications.filter(({ receiver }) => !limits.has(receiver));
    const over: Unsaid[] = [];
    for (const [receiver, limit] of limits) {
      const own = notifications.filter((each) => each.receiver === receiver);
      if (own.length === 0) continue;
      const admits = await this.turns.take(() => this.admit(own, { key: rateKey(receiver), limit }));
      const by = `over the rate of ${limit.limit} in ${limit.per / 1000} s: told in a summary`;
      for (const [index, notification] of own.entries()) {
        if (admits[index]) admitted.push(notification);
        else over.push({ notification, kind: 'rate', by });
      }
    }
    return { admitted, over };
  }

  /** Which of these a receiver takes. The others are in its storm. */
  private async admit(
    notifications: readonly Notification[],
    { key, limit }: { readonly key: string; readonly limit: RateLimit },
  ): Promise<readonly boolean[]> {
    const { store, clock } = this.host;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = clock.now();
      const kept = (await store.load([key])).get(key);
      const { rate, admits } = takeTurns(kept?.state?.kind === 'rate' ? kept.state.rate : undefined, notifications, { limit, now });
      const dueAt = rate.storm === undefined ? {} : { dueAt: rate.storm.dueAt };
      const change = { key, version: kept?.version ?? '', state: { kind: 'rate', rate }, ...dueAt } as const;
      const [outcome] = await store.save([change], now);
      if (outcome === 'saved') return admits;
    }
    throw new DependencyUnavailable('the rate of a receiver changes too often to count');
  }
}

const RATE = 'rate:';

/** The key of a receiver's rate. */
export function rateKey(receiver: string): string {
  return `${RATE}${receiver}`;
}

/** The receiver whose rate has this key. */
export function receiverOfRate(key: string): string {
  return key.slice(RATE.length);
}

/** Takes a token for each notification, in order; those that get none are in the storm. */
function takeTurns(
  before: RateState | undefined,
  notifications: readonly Notification[],
  { limit, now }: { readonly limit: RateLimit; readonly now: Millis },
): { readonly rate: RateState; readonly admits: readonly boolean[] } {
  let { bucket, storm } = before ?? { bucket: undefined, storm: undefined };
  const admits = notifications.map((notification) => {
    const turn = takeToken(bucket, limit, now);
    bucket = turn.bucket;
    if (!turn.taken) storm = addToStorm(storm, notification, { per: limit.per, now });
    return turn.taken;
  });
  return { rate: { bucket: bucket ?? { tokens: limit.limit, at: now }, ...(storm ? { storm } : {}) }, admits };
}
