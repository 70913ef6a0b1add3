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
 * Decides what a group that is due says. It speaks when it never did, when an alert is new, and when repeat_interval has passed; never
 * when everything in it is muted. Alerts that are over leave it: one that nobody was told of is told then, unless it was muted.
 */
export function flushGroup(state: GroupState, { route, resolveTimeout, mutedBy, now }: FlushOptions): Flushed {
  const judged = state.alerts.map((before) => judge(before, { mutedBy, isOver: before.lastSeen + resolveTimeout <= now }));
  const speaking = judged.filter(({ speaks }) => speaks).map(({ entry }) => entry);
  const notify = notificationOf(state, speaking, now - route.repeatInterval);
  const muted = judged.flatMap(({ newlyMuted }) => newlyMuted ?? []);
  const said = { ...(notify ? { notify } : {}), muted };
  const kept = judged
    .filter(({ isOver }) => !isOver)
    .map(({ entry }) => (notify ? { ...entry, told: entry.mutedBy === undefined } : entry));
  if (kept.length === 0) return { state: undefined, ...said };
  const told = notify ? { notifications: notify.number, notifiedAt: now, more: 0 } : {};
  return { state: { ...state, ...told, alerts: kept, dueAt: now + route.groupInterval }, ...said };
}

interface Judged {
  readonly entry: ActiveAlert;
  readonly isOver: boolean;
  readonly speaks: boolean;
  readonly newlyMuted?: Flushed['muted'][number];
}

function judge(before: ActiveAlert, { mutedBy, isOver }: Pick<FlushOptions, 'mutedBy'> & { readonly isOver: boolean }): Judged {
  const { mutedBy: formerly, ...entry } = before;
  const { alert } = entry;
  const by = alert && mutedBy(alert);
  if (!alert || by === undefined) return { entry, isOver, speaks: !isOver || (!entry.told && formerly === undefined) };
  return { entry: { ...entry, mutedBy: by }, isOver, speaks: false, ...(by === formerly ? {} : { newlyMuted: { alert, by } }) };
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
