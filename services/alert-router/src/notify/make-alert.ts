import { hash } from 'node:crypto';
import type { Alert, AttributedEvent } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';
import type { PossibleAlert } from './decide-notification.ts';
import type { PlannedNotification } from './plan-notifications.ts';

/** How long an alert's id may be (contracts). */
const LONGEST_ID = 128;
const DIGEST = 16;

/** The id of the alert that an event raises: event and rule, so that one event may raise several. */
export function alertId(eventId: string, rule: string): string {
  const id = `${eventId}/${rule}`;
  // Rules of one event may have long names that begin alike.
  return id.length <= LONGEST_ID ? id : `${truncate(id, LONGEST_ID - DIGEST)}${hash('sha256', rule).slice(0, DIGEST)}`;
}

/** The alert that an event raises by itself, because Falco or the resolver raised it. It keeps every field of the event. */
export function eventAlert(event: AttributedEvent, now: Millis): PossibleAlert {
  const { rule } = event;
  const { id: eventId, revision, cluster, node, attribution } = event.whoran;
  const id = alertId(eventId, rule);
  const raisedAt = new Date(now).toISOString();
  const alert = () => ({ ...event, whoran: { id, revision, eventId, cluster, node, raisedAt, attribution } });
  return { id, rule, revision, attribution, alert, holds: true };
}

/** The alert of a notification with the names of those who are told: what goes on the topic, and all that delivering needs. */
export function addressed({ alert, said }: PlannedNotification, receivers: readonly string[]): Alert {
  const whoran = { ...alert.whoran, ...(said === 'notify' ? {} : { update: true }), receivers: [...receivers] };
  return said === 'withdraw' ? withdrawn({ ...alert, whoran }) : { ...alert, whoran };
}

/** The last revision of an alert that no longer holds says so, in the form that the resolver gives its own. */
function withdrawn(alert: Alert): Alert {
  const suffix = ' (withdrawn: more is known now)';
  return {
    ...alert,
    priority: 'Debug',
    tags: [...(alert.tags ?? []), 'withdrawn'],
    ...(alert.output === undefined ? {} : { output: alert.output + suffix }),
    ...(alert.message === undefined ? {} : { message: alert.message + suffix }),
  };
}
