import { type Alert, type Notification, encodeJson } from '@whoran/contracts';
import Type from 'typebox';
import { AlertFormat, formatAlert } from './formats/format-alert.ts';
import { shorten } from './formats/shorten.ts';
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

/** Texts are cut to these lengths, one after the other, until a message fits. */
const CUTS = [16_384, 4096, 1024, 256, 128];

/**
 * The messages of a notification, in its order, each with a key of its own; one at least. Texts are cut where a message would
 * have more than `limit` bytes; when that does not help, it stays too large.
 */
export function payloadsOf(
  notification: Notification,
  format: PayloadFormat = 'falco',
  limit: number = Number.POSITIVE_INFINITY,
): readonly Payload[] {
  const id = encodeURIComponent(notification.id.toWellFormed());
  if (format === 'notification') return [{ id, alert: notification.alerts[0], body: wholeWithin(notification, limit) }];
  const alerts = alertsToTell(notification);
  return alerts.map((alert, index) => ({
    id: alerts.length === 1 ? id : `${id}/${index}`,
    alert,
    body: jsonWithin(formatAlert(alert, format), limit),
  }));
}

/** Keeps the latest alerts, half of them and again half, when cutting texts is not enough. */
function wholeWithin(notification: Notification, limit: number): string {
  for (let kept = notification.alerts.length; kept > 1; kept >>= 1) {
    const body = jsonWithin({ ...notification, alerts: notification.alerts.slice(-kept) }, limit);
    if (Buffer.byteLength(body) <= limit) return body;
  }
  return jsonWithin({ ...notification, alerts: notification.alerts.slice(-1) }, limit);
}

function jsonWithin(value: object, limit: number): string {
  let body = encodeJson(value);
  for (const cut of CUTS) {
    if (Buffer.byteLength(body) <= limit) break;
    body = encodeJson(shorten(value, cut));
  }
  return body;
}
