import type { Notification } from '@whoran/contracts';
import { type Cancel, type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import { type GroupState, type Route, flushGroup } from '@whoran/routing';
import type { DispatchRouting } from './dispatch-routing.ts';
import { alertNotification, groupNotification, stormNotification } from './make-notification.ts';
import { type Muted, lookUpMutes } from './mutes.ts';
import type { SilenceSource } from './silence-source.ts';
import type { Change, DispatchStore, Kept, RateState } from './state/dispatch-store.ts';
import { type Teller, type Unsaid, receiverOfRate } from './teller.ts';

/** How often it is looked whether something is due. */
const TICK: Millis = 1_000;
/** How long nobody else looks at what this router looks at: after this, it is taken for dead. */
const LEASE: Millis = 30_000;
/** How much is taken at once. */
const AT_ONCE = 50;

/** What flushing needs. */
export interface FlusherHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: DispatchStore;
  readonly silences: SilenceSource;
  readonly teller: Teller;
  readonly routing: () => DispatchRouting;
}

/** What looking at a state leads to: a change of it, and what nobody is told. */
interface Flushing {
  readonly change: Change;
  readonly unsaid: readonly Unsaid[];
}

/** Tells what groups and storms have to say when they are due. Of several routers, one does. */
export class Flusher {
  private cancel: Cancel = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(private readonly host: FlusherHost) {
    this.later();
  }

  /** Takes nothing more; resolves when what was taken is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await this.running;
  }

  /** Looks at everything that is due now. Rejects with DependencyUnavailable. */
  async flush(): Promise<void> {
    const { store, clock } = this.host;
    let keys: readonly string[];
    do {
      keys = await store.claim({ now: clock.now(), lease: LEASE, limit: AT_ONCE });
      const kept = await store.load(keys);
      await Promise.all(keys.map((key) => this.look(key, kept.get(key))));
    } while (keys.length === AT_ONCE && !this.stopped);
  }

  private later(): void {
    this.cancel = this.host.clock.schedule(TICK, () => {
      this.running = this.tick();
    });
  }

  private async tick(): Promise<void> {
    const { logger } = this.host;
    try {
      await this.flush();
      if (this.failing) logger.info('groups.recovered');
      this.failing = false;
    } catch (error) {
      // What was taken comes again after its lease; one line is enough until then.
      if (!this.failing) logger.warn('groups.waiting', { error: messageOf(error) });
      this.failing = true;
    }
    if (!this.stopped) this.later();
  }

  private async look(key: string, kept: Kept | undefined): Promise<void> {
    if (kept?.outbox) return this.tellOutbox(key, kept.outbox);
    const flushing = await this.flushing(key, kept);
    if (!flushing) return this.host.store.told(key, '');
    const { store, clock, teller } = this.host;
    await teller.publish([], flushing.unsaid);
    const [outcome] = await store.save([flushing.change], clock.now());
    // Somebody added to it meanwhile, and made it due again: it is looked at anew in the next round.
    if (outcome !== 'saved') return;
    const told = flushing.change.outbox?.notification;
    if (told) await this.tellOutbox(key, told);
  }

  private async tellOutbox(key: string, notification: Notification): Promise<void> {
    const { teller, store } = this.host;
    if (notification.reason === 'storm') await teller.publish([notification]);
    else await teller.tell([notification]);
    await store.told(key, notification.id);
  }

  private async flushing(key: string, kept: Kept | undefined): Promise<Flushing | undefined> {
    if (!kept?.state) return undefined;
    const { version, state } = kept;
    if (state.kind === 'rate') return this.endOfStorm({ key, version }, state.rate);
    return this.flushingGroup({ key, version }, state.group);
  }

  private endOfStorm(at: Pick<Change, 'key' | 'version'>, { bucket, storm }: RateState): Flushing {
    const now = this.host.clock.now();
    const change = { ...at, state: { kind: 'rate', rate: { bucket } } } as const;
    if (!storm) return { change, unsaid: [] };
    const notification = stormNotification(storm, this.present(receiverOfRate(at.key)), now);
    return { change: { ...change, outbox: { notification, until: now + LEASE } }, unsaid: [] };
  }

  private async flushingGroup(at: Pick<Change, 'key' | 'version'>, group: GroupState): Promise<Flushing> {
    const { clock, routing: current } = this.host;
    const routing = current();
    const now = clock.now();
    const alerts = group.alerts.flatMap(({ alert }) => alert ?? []);
    const mutedAt = await lookUpMutes(this.host, alerts, { routing, now });
    const route = routeOf(routing.root, group.route);
    const mutes = new Map<string, Muted>();
    const receiver = route?.receiver ?? this.present(group.receiver);
    const flushed = flushGroup(group, {
      // A group whose route is gone says what it has to say, and never again.
      route: route ?? { groupInterval: routing.root.groupInterval, repeatInterval: Infinity },
      resolveTimeout: routing.resolveTimeout,
      mutedBy: (alert) => {
        const muted = mutedAt(route ?? { muteTimeIntervals: [], activeTimeIntervals: [] }, alert);
        if (muted) mutes.set(muted.by, muted);
        return muted?.by;
      },
      now,
    });
    const unsaid = flushed.muted.flatMap(({ alert, by }) => {
      const muted = mutes.get(by);
      return muted ? [{ notification: alertNotification(alert, receiver), ...muted }] : [];
    });
    const state = route ? flushed.state : undefined;
    const outbox = flushed.notify && { notification: groupNotification({ ...group, receiver }, flushed.notify, now), until: now + LEASE };
    const change = { ...at, ...(state ? ({ state: { kind: 'group', group: state }, dueAt: state.dueAt } as const) : {}) };
    return { change: { ...change, ...(outbox ? { outbox } : {}) }, unsaid };
  }

  /** What is due for a receiver that is gone goes to that of the root: somebody must hear of it. */
  private present(receiver: string): string {
    const { root, receivers } = this.host.routing();
    return receivers.some(({ name }) => name === receiver) ? receiver : root.receiver;
  }
}

function routeOf(route: Route, id: string): Route | undefined {
  if (route.id === id) return route;
  for (const child of route.routes) {
    const found = routeOf(child, id);
    if (found) return found;
  }
  return undefined;
}
