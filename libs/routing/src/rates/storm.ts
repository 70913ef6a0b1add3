import { type Alert, type Notification, namedUser } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';

/** How many rules and users a storm counts by name, and how many of them and of its alerts are shown. */
const MAX_COUNTED = 100;
const MAX_SHOWN = 10;
const MAX_NAME = 256;

/** What was not told because there was too much of it: plain JSON, of bounded size. */
export interface StormState {
  readonly since: Millis;
  /** When the summary is to be told. */
  readonly dueAt: Millis;
  readonly total: number;
  readonly rules: Readonly<Record<string, number>>;
  readonly users: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly alerts: readonly Alert[];
}

/** What a notification says of a storm. */
export type StormSummary = Pick<Notification, 'total' | 'alerts'> & { readonly storm: NonNullable<Notification['storm']> };

/** Counts alerts that were over the rate; the first begin a storm, whose summary is due after `per`. */
export function addToStorm(
  state: StormState | undefined,
  { alerts, total }: Pick<Notification, 'alerts' | 'total'>,
  { per, now }: { readonly per: Millis; readonly now: Millis },
): StormState {
  const before = state ?? { since: now, dueAt: now + per, total: 0, rules: {}, users: {}, alerts: [] };
  return {
    ...before,
    total: before.total + total,
    rules: counted(
      before.rules,
      alerts.map(({ rule }) => rule),
    ),
    users: counted(
      before.users,
      alerts.flatMap(({ whoran }) => namedUser(whoran.attribution) ?? []),
    ),
    alerts: [...before.alerts, ...alerts].slice(0, MAX_SHOWN),
  };
}

/** The summary of a storm, told in place of all that is in it. */
export function stormSummary({ since, total, rules, users, alerts }: StormState, now: Millis): StormSummary {
  const storm = {
    since: new Date(since).toISOString(),
    until: new Date(now).toISOString(),
    rules: most(rules),
    users: most(users),
  };
  return { total, alerts, storm };
}

function counted(before: Readonly<Record<string, number>>, names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map(Object.entries(before));
  for (const name of names.map((each) => truncate(each, MAX_NAME))) {
    if (counts.has(name) || counts.size < MAX_COUNTED) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function most(counts: Readonly<Record<string, number>>): { name: string; alerts: number }[] {
  return Object.entries(counts)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MAX_SHOWN)
    .map(([name, alerts]) => ({ name, alerts }));
}
