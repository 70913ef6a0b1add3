import { type Alert, MAX_NOTIFIED_ALERTS } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { Route } from '../tree/route.ts';
import type { ActiveAlert, GroupState } from './group-state.ts';

/** What a flush needs to know. */
export interface FlushOptions {
  readonly route: Pick<Route, 'groupInterval' | 'repeatInterval'>;
  readonly resolveTimeout: Millis;
  /** What mutes an alert now, if anything does. */
  readonly mutedBy: (alert: Alert) => string | undefined;
  readonly now: Millis;
}

/** What people are told of a group. */
export interface GroupNotification {
  readonly reason: 'group' | 'new-alerts' | 'repeat';
  /** The oldest first; at most MAX_NOTIFIED_ALERTS, those that are news before the others. */
  readonly alerts: readonly Alert[];
  readonly total: number;
  /** Which notification of the group it is: 1 for the first. */
  readonly number: number;
}

/** What a flush leads to. */
export interface Flushed {
  /** Absent when nothing is active any more: the group has ended. */
  readonly state: GroupState | undefined;
  readonly notify?: GroupNotification;
  /** The alerts that were muted now and not at the flush before. */
  readonly muted: readonly { readonly alert: Alert; readonly by: string }[];
}

/**
 * Decides what a group that is due says. Alerts that are over and were told, or muted, leave it. It speaks when it never did, when an
 * alert is new, and when repeat_interval has passed; never when everything in it is muted.
 */
export function flushGroup(state: GroupState, { route, resolveTimeout, mutedBy, now }: FlushOptions): Flushed {
  const judged = state.alerts.map((entry) => judge(entry, mutedBy));
  const muted = judged.flatMap((entry, index) =>
    entry.alert && entry.mutedBy !== undefined && entry.mutedBy !== state.alerts[index]?.mutedBy
      ? [{ alert: entry.alert, by: entry.mutedBy }]
      : [],
  );
  const isOver = (entry: ActiveAlert) => entry.lastSeen + resolveTimeout <= now;
  const speaking = judged.filter((entry) => entry.mutedBy === undefined && !(isOver(entry) && entry.told));
  const notify = notificationOf(state, speaking, now - route.repeatInterval);
  const kept = judged
    .filter((entry) => !isOver(entry))
    .map((entry) => ({ ...entry, told: notify ? entry.mutedBy === undefined : entry.told }));
  if (kept.length === 0) return { state: undefined, ...(notify ? { notify } : {}), muted };
  const told = notify ? { notifications: notify.number, notifiedAt: now, more: 0 } : {};
  return { state: { ...state, ...told, alerts: kept, dueAt: now + route.groupInterval }, ...(notify ? { notify } : {}), muted };
}

function judge({ mutedBy: _, ...entry }: ActiveAlert, mutedBy: FlushOptions['mutedBy']): ActiveAlert {
  const by = entry.alert && mutedBy(entry.alert);
  return by === undefined ? entry : { ...entry, mutedBy: by };
}

function notificationOf(state: GroupState, speaking: readonly ActiveAlert[], repeatBefore: Millis): GroupNotification | undefined {
  // Alerts that there was no room for follow those that are kept whole: without one of these there is nothing to show.
  const whole = speaking.filter((entry) => entry.alert !== undefined);
  const reason = whole.length === 0 ? undefined : reasonOf(state, speaking, repeatBefore);
  if (reason === undefined) return undefined;
  const first = [...whole.filter(({ told }) => !told), ...whole.filter(({ told }) => told)].slice(0, MAX_NOTIFIED_ALERTS);
  const alerts = first.sort((a, b) => a.since - b.since).flatMap(({ alert }) => (alert ? [alert] : []));
  return { reason, alerts, total: speaking.length + state.more, number: state.notifications + 1 };
}

function reasonOf(state: GroupState, speaking: readonly ActiveAlert[], repeatBefore: Millis): GroupNotification['reason'] | undefined {
  if (state.notifiedAt === undefined) return 'group';
  if (state.more > 0 || speaking.some(({ told }) => !told)) return 'new-alerts';
  return state.notifiedAt <= repeatBefore ? 'repeat' : undefined;
}
