import { hash } from 'node:crypto';
import { type Verdict, drop, handled } from '@whoran/bus';
import type { Alert, Notification } from '@whoran/contracts';
import { type Clock, DependencyUnavailable } from '@whoran/kernel';
import { type Group, type Route, groupOf, insertAlert, matchRoutes } from '@whoran/routing';
import type { DispatchRouting } from './dispatch-routing.ts';
import { alertNotification } from './make-notification.ts';
import { type MutedAt, lookUpMutes, rememberSources } from './mutes.ts';
import type { SilenceSource } from './silence-source.ts';
import type { Change, DispatchStore, Kept } from './state/dispatch-store.ts';
import type { Teller, Unsaid } from './teller.ts';
import { Turns } from './turns.ts';

/** How often groups are changed anew when other routers change them too. */
const TRIES = 20;

/** What dispatching needs. */
export interface DispatcherHost {
  readonly clock: Clock;
  readonly store: DispatchStore;
  readonly silences: SilenceSource;
  readonly teller: Teller;
  /** Takes every alert, for those who want to see the latest. Never rejects. */
  readonly remember?: (alerts: readonly Alert[]) => Promise<void>;
  /** The routing that is in use now. */
  readonly routing: () => DispatchRouting;
}

/** An alert on its way into a group. */
interface Entering {
  readonly route: Route;
  readonly group: Group;
  readonly alert: Alert;
}

/** Turns the alerts of the topic into notifications, each for one receiver: at once, or when their group is due. */
export class Dispatcher {
  private readonly turns = new Turns();

  constructor(private readonly host: DispatcherHost) {}

  /**
   * Settles a batch of alerts, one verdict each. It counts as handled when its notifications are on the topic, or it is in its
   * groups. The same batch again tells the same.
   */
  async dispatch(alerts: readonly Alert[]): Promise<readonly Verdict[]> {
    const addressed = alerts.filter(isAddressed);
    if (addressed.length > 0) await this.route(addressed);
    return alerts.map((alert) => (isAddressed(alert) ? handled : drop('no-receiver')));
  }

  private async route(alerts: readonly Alert[]): Promise<void> {
    const { clock, routing: current, teller } = this.host;
    const routing = current();
    const within = { routing, now: clock.now() };
    await rememberSources(this.host, alerts, within);
    const mutedAt = await lookUpMutes(this.host, alerts, within);
    const entering: Entering[] = [];
    const single: { readonly route: Route; readonly alert: Alert }[] = [];
    for (const alert of alerts) {
      for (const route of matchRoutes(routing.root, alert)) {
        const group = groupOf(route, alert);
        if (group) entering.push({ route, group, alert });
        else single.push({ route, alert });
      }
    }
    const left = entering.length > 0 ? await this.turns.take(() => this.enter(entering)) : [];
    const { told, unsaid } = decide([...single, ...left], mutedAt);
    await teller.tell(told, unsaid);
    await this.host.remember?.(alerts);
  }

  /** Puts alerts into their groups; resolves with those for whose groups there is no room. */
  private async enter(entering: readonly Entering[]): Promise<readonly Entering[]> {
    const byKey = new Map<string, Entering[]>();
    for (const each of entering) {
      const key = groupKey(each.group.key);
      byKey.set(key, [...(byKey.get(key) ?? []), each]);
    }
    const left: Entering[] = [];
    for (let tries = 0; byKey.size > 0; tries += 1) {
      if (tries === TRIES) throw new DependencyUnavailable(`${byKey.size} groups change too often`);
      const { store, clock } = this.host;
      const now = clock.now();
      const kept = await store.load([...byKey.keys()]);
      const changes = Array.from(byKey, ([key, alerts]) => changeOf(key, alerts, { kept: kept.get(key), now }));
      const outcomes = await store.save(changes, now);
      for (const [index, { key }] of changes.entries()) {
        const outcome = outcomes[index];
        if (outcome === 'changed') continue;
        if (outcome === 'full') left.push(...(byKey.get(key) ?? []));
        byKey.delete(key);
      }
    }
    return left;
  }
}

/** The key of a group. */
export function groupKey(key: string): string {
  return `group:${hash('sha256', key).slice(0, 32)}`;
}

function changeOf(key: string, entering: readonly Entering[], { kept, now }: { kept: Kept | undefined; now: number }): Change {
  let group = kept?.state?.kind === 'group' ? kept.state.group : undefined;
  for (const { alert, ...where } of entering) group = insertAlert(group, alert, { ...where, now });
  return { key, version: kept?.version ?? '', ...(group ? { state: { kind: 'group', group }, dueAt: group.dueAt } : {}) };
}

/** What is told at once, and what is not. Two routes that end at one receiver tell it once. */
function decide(
  single: readonly { readonly route: Route; readonly alert: Alert }[],
  mutedAt: MutedAt,
): { readonly told: readonly Notification[]; readonly unsaid: readonly Unsaid[] } {
  const told = new Map<string, Notification>();
  const unsaid = new Map<string, Unsaid>();
  for (const { route, alert } of single) {
    const notification = alertNotification(alert, route.receiver);
    const muted = mutedAt(route, alert);
    if (muted) unsaid.set(notification.id, { notification, ...muted });
    else told.set(notification.id, notification);
  }
  return { told: [...told.values()], unsaid: [...unsaid.values()].filter(({ notification }) => !told.has(notification.id)) };
}

function isAddressed({ whoran: { receivers = [] } }: Alert): boolean {
  return receivers.length > 0;
}
