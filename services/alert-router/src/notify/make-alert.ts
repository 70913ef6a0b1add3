import type { Alert, AttributedEvent } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';

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
