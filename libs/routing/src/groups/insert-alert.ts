import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { Route } from '../tree/route.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Group } from './group-of.ts';
import { type ActiveAlert, type GroupState, MAX_GROUP_ALERTS } from './group-state.ts';
import { keepWhole } from './keep-whole.ts';
import { sizeOf } from './size-of.ts';

/** What an alert is put into a group with. */
export interface InsertOptions {
  readonly route: Pick<Route, 'id' | 'receiver' | 'groupWait'>;
  readonly group: Group;
  readonly now: Millis;
}

/**
 * Puts an alert into its group. The first begins the group, which is due after group_wait; a repetition is counted. An alert that
 * comes again with its user, or is withdrawn, takes the place of what it was and is news.
 */
export function insertAlert(state: GroupState | undefined, alert: Alert, { route, group, now }: InsertOptions): GroupState {
  const before = state ?? begin(alert, { route, group, now });
  const fingerprint = fingerprintOf(alert);
  const at = before.alerts.findIndex((entry) => entry.fingerprint === fingerprint);
  const entry = entered(before.alerts[at], fingerprint, { alert, now });
  const others = before.alerts.filter((each, index) => index !== at && !isReplaced(each, alert));
  if (at === -1 && others.length >= MAX_GROUP_ALERTS) return { ...before, more: before.more + 1 };
  const alerts = at === -1 ? [...others, entry] : others.toSpliced(at, 0, entry);
  return { ...before, alerts: keepWhole(alerts) };
}

/** An alert that was raised long ago, because no router ran, has waited already. */
function begin(alert: Alert, { route, group, now }: InsertOptions): GroupState {
  const raisedAt = Date.parse(alert.whoran.raisedAt);
  const dueAt = Math.max(now, (raisedAt < now ? raisedAt : now) + route.groupWait);
  const { id, receiver } = route;
  return { key: group.key, route: id, receiver, labels: group.labels, since: now, dueAt, notifications: 0, alerts: [], more: 0 };
}

function entered(same: ActiveAlert | undefined, fingerprint: string, { alert, now }: { alert: Alert; now: Millis }): ActiveAlert {
  const latest = { fingerprint, alert, size: sizeOf(alert), lastSeen: now };
  if (!same) return { ...latest, since: now, count: 1, told: false };
  const isNews = alert.whoran.update === true;
  return { ...same, ...latest, count: same.count + (isNews ? 0 : 1), told: same.told && !isNews };
}

/** Whether an entry is an earlier revision of this alert and nothing else. */
function isReplaced(entry: ActiveAlert, alert: Alert): boolean {
  return alert.whoran.update === true && entry.count === 1 && entry.alert?.whoran.id === alert.whoran.id;
}
