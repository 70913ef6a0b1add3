import { deadLetter } from '@whoran/bus';
import { type Notification, type Origin, decode, topics } from '@whoran/contracts';
import { DependencyUnavailable, type Issue, type Result, ok, printIssue } from '@whoran/kernel';
import type { ReplayHandler } from '@whoran/service-kit';
import { alertNotification } from '../dispatch/make-notification.ts';
import { receiverOf } from './dead-letters.ts';
import { verdictOf } from './held-batches.ts';
import type { Receivers } from './receivers.ts';

/** Takes replays of what a receiver did not get: each is tried once more at that receiver, and at no other. */
export function redelivery(receivers: Receivers): ReplayHandler {
  return {
    takes: ({ origin }) => receiverOf(origin) !== undefined,
    async retake({ origin, payload, attempt }) {
      const receiver = receiverOf(origin) ?? '';
      const notification = notificationIn(payload, { origin, receiver });
      if (!notification.ok) return deadLetter('undecodable', notification.error.map(printIssue).join('; '));
      const ended = await receivers.redeliver({ ...notification.value, receiver }, attempt);
      if (!ended) return deadLetter('no-receiver', `the routes have no receiver ${receiver} any more`, 0);
      if (ended.kind === 'stopped') throw new DependencyUnavailable(`the way to ${receiver} closes`);
      return verdictOf(ended);
    },
  };
}

/** Letters that were kept when receivers were told alerts, and not yet notifications, hold an alert. */
function notificationIn(
  payload: string,
  { origin, receiver }: { readonly origin: Origin; readonly receiver: string },
): Result<Notification, readonly Issue[]> {
  if (origin.topic !== topics.alerts.name) return decode(topics.notifications, payload);
  const alert = decode(topics.alerts, payload);
  return alert.ok ? ok(alertNotification(alert.value, receiver)) : alert;
}
