import type { Alert, AttributedEvent } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';
import type { Notification } from './plan-notifications.ts';

/** How long an alert's id may be (contracts). Event ids are at most half of it and differ per event, so cutting is safe. */
const LONGEST_ID = 128;

/** The id of the alert that an event raises: event and rule, so that one event may raise several. */
export function alertId(event: AttributedEvent): string {
  return truncate(`${event.whoran.id}/${event.rule}`, LONGEST_ID);
}

/** The alert that an event raises. It keeps every field of the event. */
export function makeAlert(event: AttributedEvent, now: Millis): Alert {
  const { id: eventId, revision, cluster, node, attribution } = event.whoran;
  const raisedAt = new Date(now).toISOString();
  return { ...event, whoran: { id: alertId(event), revision, eventId, cluster, node, raisedAt, attribution } };
}

/** The alert of a notification with the names of those who are told: what goes on the topic, and all that delivering needs. */
export function addressed({ alert, update }: Notification, receivers: readonly string[]): Alert {
  return { ...alert, whoran: { ...alert.whoran, ...(update ? { update } : {}), receivers: [...receivers] } };
}

/** What is said of an alert that comes from the topic. */
export function notificationOf(alert: Alert): Notification {
  return { alert, update: alert.whoran.update ?? false };
}
