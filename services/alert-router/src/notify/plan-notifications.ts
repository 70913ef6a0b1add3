import { type Alert, namedUser } from '@whoran/contracts';
import { type Notified, type PossibleAlert, type Said, type Unsaid, decideNotification } from './decide-notification.ts';

/** What is said of an alert: that it is raised, that the user is now known, or that it no longer holds. */
export interface PlannedNotification {
  readonly alert: Alert;
  readonly said: Said;
}

/** What a batch of possible alerts leads to. */
export interface NotificationPlan {
  readonly notifications: readonly PlannedNotification[];
  /** What is to be remembered once the notifications are on their way, by alert id. */
  readonly notified: ReadonlyMap<string, Notified>;
  /** One for each possible alert. */
  readonly outcomes: readonly (Said | Unsaid)[];
}

/** Plans a batch, given what was notified before it. Later alerts of the batch see what earlier ones led to. */
export function planNotifications(possible: readonly PossibleAlert[], before: ReadonlyMap<string, Notified>): NotificationPlan {
  const notifications: PlannedNotification[] = [];
  const notified = new Map<string, Notified>();
  const outcomes = possible.map((each) => {
    const { id, revision, attribution } = each;
    const decision = decideNotification(notified.get(id) ?? before.get(id), each);
    if (decision === 'notify' || decision === 'update' || decision === 'withdraw') {
      notifications.push({ alert: each.alert(), said: decision });
      const named = namedUser(attribution) !== undefined;
      notified.set(id, { revision, named, ...(each.holds ? {} : { withdrawn: true }) });
    }
    return decision;
  });
  return { notifications, notified, outcomes };
}
