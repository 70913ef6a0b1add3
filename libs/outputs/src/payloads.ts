import { type Alert, type Notification, encodeJson } from '@whoran/contracts';
import Type from 'typebox';
import { falcoBody } from './falco-body.ts';

/** What programs are sent: each alert as Falco's JSON, or the whole notification once. */
export const PayloadFormat = Type.Enum(['falco', 'notification'], {
  description: 'falco: each alert as Falco JSON, the default; notification: all of a notification in one JSON object',
});
export type PayloadFormat = Type.Static<typeof PayloadFormat>;

/** One message to a program. */
export interface Payload {
  /** The idempotency key: the same in every attempt, in characters that a header may have. */
  readonly id: string;
  /** The one alert that it is about, or the first of several. */
  readonly alert: Alert | undefined;
  /** JSON on one line. */
  readonly body: string;
}

/** The messages of a notification, in its order, each with a key of its own; one at least. */
export function payloadsOf(notification: Notification, format: PayloadFormat = 'falco'): readonly Payload[] {
  const id = encodeURIComponent(notification.id.toWellFormed());
  const { alerts } = notification;
  // A summary may come without a single alert, and must not be lost for that.
  switch (alerts.length === 0 ? 'notification' : format) {
    case 'falco':
      return alerts.map((alert, index) => ({
        id: alerts.length === 1 ? id : `${id}/${index}`,
        alert,
        body: encodeJson(falcoBody(alert, alert.whoran.update ?? false)),
      }));
    case 'notification':
      return [{ id, alert: alerts[0], body: encodeJson(notification) }];
  }
}
