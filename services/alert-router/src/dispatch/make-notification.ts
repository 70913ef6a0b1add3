import { hash } from 'node:crypto';
import type { Alert, Notification } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';
import type { GroupNotification, GroupState, StormState } from '@whoran/routing';
import { stormSummary } from '@whoran/routing';

/** How long ids and subjects of notifications may be (contracts). */
const LONGEST_ID = 128;
const LONGEST_SUBJECT = 256;
const LONGEST_ROUTE = 1024;
const LONGEST_ERROR = 1024;
const DIGEST = 16;
/** Parts the receivers that an escalation has been through: no name of a receiver has it. */
const THEN = '+';
const ESCALATION = 'escalation';

/** The id of what a receiver is told of a subject in a revision. It is the same whoever makes it, and however often. */
export function notificationId(receiver: string, subject: string, revision: number): string {
  return bounded(`${receiver}/${subject}/${revision}`, LONGEST_ID);
}

/** What a receiver is told of one alert, at once. Its time is that of the alert: from then on its deadline counts. */
export function alertNotification(alert: Alert, receiver: string): Notification {
  const { id: subject, revision, update = false, raisedAt } = alert.whoran;
  return {
    id: notificationId(receiver, subject, revision),
    subject,
    revision,
    receiver,
    reason: update ? 'update' : 'alert',
    createdAt: raisedAt,
    alerts: [alert],
    total: 1,
  };
}

/** What the receiver of a group is told of it. A group that ended and began again is another subject. */
export function groupNotification(state: GroupState, { reason, alerts, total, number }: GroupNotification, now: Millis): Notification {
  const { key, receiver, since, route, labels } = state;
  const subject = `group/${hash('sha256', key).slice(0, DIGEST)}/${since}`;
  return {
    id: notificationId(receiver, subject, number),
    subject,
    revision: number,
    receiver,
    reason,
    createdAt: new Date(now).toISOString(),
    alerts,
    total,
    group: { route: truncate(route, LONGEST_ROUTE), labels: { ...labels } },
  };
}

/** What a receiver is told in place of all that was over its rate. */
export function stormNotification(state: StormState, receiver: string, now: Millis): Notification {
  const subject = `storm/${state.since}`;
  const createdAt = new Date(now).toISOString();
  return {
    id: notificationId(receiver, subject, 0),
    subject,
    revision: 0,
    receiver,
    reason: 'storm',
    createdAt,
    ...stormSummary(state, now),
  };
}

/** What another receiver is told when one was not reached; nothing if it was already: an escalation goes through each receiver once. */
export function escalation(
  notification: Notification,
  { to, error, now }: { readonly to: string; readonly error: string; readonly now: Millis },
): Notification | undefined {
  const { receiver: from, id, revision } = notification;
  const [path, about] = escalated(notification);
  if (to === from || path.includes(to)) return undefined;
  const subject = bounded(`${ESCALATION}/${[...path, from].join(THEN)}/${about}`, LONGEST_SUBJECT);
  return {
    ...notification,
    id: notificationId(to, subject, revision),
    subject,
    receiver: to,
    reason: 'escalation',
    createdAt: new Date(now).toISOString(),
    escalated: { from, id, error: truncate(error, LONGEST_ERROR) },
  };
}

/** The receivers that an escalation has been through, and what it was about at the first. */
function escalated({ reason, subject }: Notification): readonly [path: readonly string[], about: string] {
  const [word, path = '', ...about] = subject.split('/');
  return reason === 'escalation' && word === ESCALATION ? [path.split(THEN), about.join('/')] : [[], subject];
}

/** Ids may be long and begin alike. */
function bounded(text: string, longest: number): string {
  return text.length <= longest ? text : `${truncate(text, longest - DIGEST)}${hash('sha256', text).slice(0, DIGEST)}`;
}
