import { type Alert, type AttributedEvent, type Priority, namedUser } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type Notified, type Unnotified, decideNotification } from './decide-notification.ts';
import { alertId, makeAlert } from './make-alert.ts';
import { selectAlert } from './select-alert.ts';

/** An alert that people hear of, for the first time or as the update that names the user. */
export interface Notification {
  readonly alert: Alert;
  readonly update: boolean;
}

/** What became of one event. */
export type NotificationOutcome = 'notify' | 'update' | 'lineage' | 'below-priority' | Unnotified;

/** What a batch of events leads to. */
export interface NotificationPlan {
  readonly notifications: readonly Notification[];
  /** What is to be remembered once the notifications are on their way, by alert id. */
  readonly notified: ReadonlyMap<string, Notified>;
  /** One for each event. */
  readonly outcomes: readonly NotificationOutcome[];
}

interface PlanOptions {
  readonly minPriority: Priority;
  readonly now: Millis;
}

/** The ids of the alerts that a batch may raise: what has to be looked up before planning. */
export function alertIdsOf(events: readonly AttributedEvent[], minPriority: Priority): readonly string[] {
  return events.filter((event) => selectAlert(event, minPriority) === 'alert').map(alertId);
}

/** Plans a batch, given what was notified before it. Later events of the batch see what earlier ones led to. */
export function planNotifications(
  events: readonly AttributedEvent[],
  before: ReadonlyMap<string, Notified>,
  { minPriority, now }: PlanOptions,
): NotificationPlan {
  const notifications: Notification[] = [];
  const notified = new Map<string, Notified>();
  const outcomes = events.map((event): NotificationOutcome => {
    const selected = selectAlert(event, minPriority);
    if (selected !== 'alert') return selected;
    const id = alertId(event);
    const decision = decideNotification(notified.get(id) ?? before.get(id), event);
    if (decision === 'notify' || decision === 'update') {
      notifications.push({ alert: makeAlert(event, now), update: decision === 'update' });
      notified.set(id, { revision: event.whoran.revision, named: namedUser(event.whoran.attribution) !== undefined });
    }
    return decision;
  });
  return { notifications, notified, outcomes };
}
