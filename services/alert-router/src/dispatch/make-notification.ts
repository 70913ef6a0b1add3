import { hash } from 'node:crypto';
import type { Alert, Notification } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';

/** How long the id of a notification may be (contracts). */
const LONGEST_ID = 128;
const DIGEST = 16;

/** The id of what a receiver is told of a subject in a revision. It is the same whoever makes it, and however often. */
export function notificationId(receiver: string, subject: string, revision: number): string {
  const id = `${receiver}/${subject}/${revision}`;
  // Subjects may be long and begin alike.
  return id.length <= LONGEST_ID ? id : `${truncate(id, LONGEST_ID - DIGEST)}${hash('sha256', id).slice(0, DIGEST)}`;
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
