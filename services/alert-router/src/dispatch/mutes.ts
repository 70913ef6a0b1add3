import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type InhibitRule, type Route, type Routing, inhibitionKeys, mutedByTime, silencedBy } from '@whoran/routing';
import type { SilenceSource } from './silence-source.ts';
import type { DispatchStore } from './state/dispatch-store.ts';

/** Why nobody is told: a word, and what it was. */
export interface Muted {
  readonly kind: 'inhibition' | 'time' | 'silence';
  readonly by: string;
}

/** Says what mutes an alert at a route, if anything does. */
export type MutedAt = (route: Pick<Route, 'muteTimeIntervals' | 'activeTimeIntervals'>, alert: Alert) => Muted | undefined;

/** What mutes are looked up with. */
export interface MutesHost {
  readonly store: DispatchStore;
  readonly silences: SilenceSource;
}

/** The part of a routing that mutes. */
export type MutingRules = Pick<Routing, 'inhibitRules' | 'timeIntervals' | 'resolveTimeout'>;

/** Remembers what these alerts inhibit. Before anything is asked about them: of a batch, the order does not matter. */
export async function rememberSources(
  { store }: Pick<MutesHost, 'store'>,
  alerts: readonly Alert[],
  { routing: { inhibitRules, resolveTimeout }, now }: { readonly routing: MutingRules; readonly now: Millis },
): Promise<void> {
  if (inhibitRules.length === 0) return;
  const keys = new Set(alerts.flatMap((alert) => inhibitionKeys(inhibitRules, alert).asSource));
  if (keys.size > 0) await store.inhibit([...keys], now + resolveTimeout, now);
}

/** Looks up what mutes these alerts now, in Alertmanager's order: inhibition, then times, then silences. */
export async function lookUpMutes(
  { store, silences }: MutesHost,
  alerts: readonly Alert[],
  { routing, now }: { readonly routing: MutingRules; readonly now: Millis },
): Promise<MutedAt> {
  const inhibitedBy = await lookUpInhibition(store, alerts, { rules: routing.inhibitRules, now });
  const index = await silences.index();
  return (route, alert) => {
    const rule = inhibitedBy(alert);
    if (rule !== undefined) return { kind: 'inhibition', by: `inhibition ${rule}` };
    const time = mutedByTime(route, routing.timeIntervals, now);
    if (time !== undefined) return { kind: 'time', by: time };
    const [silence] = silencedBy(index, alert, now);
    return silence && { kind: 'silence', by: `silence ${silence.id} by ${silence.createdBy}` };
  };
}

async function lookUpInhibition(
  store: DispatchStore,
  alerts: readonly Alert[],
  { rules, now }: { readonly rules: readonly InhibitRule[]; readonly now: Millis },
): Promise<(alert: Alert) => string | undefined> {
  if (rules.length === 0) return () => undefined;
  const asked = new Map(alerts.map((alert) => [alert, inhibitionKeys(rules, alert).asTarget] as const));
  const keys = [...asked.values()].flatMap((each) => each.map(({ key }) => key));
  const inhibiting = await store.inhibiting(keys, now);
  return (alert) => asked.get(alert)?.find(({ key }) => inhibiting.has(key))?.rule;
}
