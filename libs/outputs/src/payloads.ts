import { type Alert, type Notification, encodeJson } from '@whoran/contracts';
import Type from 'typebox';
import { AlertFormat, formatAlert } from './formats/format-alert.ts';
import { alertsToTell } from './formats/summary-alert.ts';

/** What programs are sent: each alert in a format, or the whole notification once. */
export const PayloadFormat = Type.Union([AlertFormat, Type.Literal('notification')], {
  description:
    'each alert as Falco JSON (falco, the default), CloudEvents 1.0 (cloudevents), OCSF (ocsf) or Elastic Common Schema (ecs); ' +
    'or all of a notification in one JSON object (notification)',
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
  if (format === 'notification') return [{ id, alert: notification.alerts[0], body: encodeJson(notification) }];
  const alerts = alertsToTell(notification);
  return alerts.map((alert, index) => ({
    id: alerts.length === 1 ? id : `${id}/${index}`,
    alert,
    body: encodeJson(formatAlert(alert, format)),
  }));
}
