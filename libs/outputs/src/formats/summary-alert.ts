import type { Alert, FieldValue, Notification } from '@whoran/contracts';
import { MAX_NOTIFIED_ALERTS } from '@whoran/contracts';
import { notificationTitle } from './alert-title.ts';
import { worstPriority } from './severity.ts';

/**
 * The alerts that a receiver is told which takes one alert at a time. A storm is one alert of source `whoran` that says how
 * many of what there were; and where a notification has more alerts than it carries, a last one says how many.
 */
export function alertsToTell(notification: Notification): readonly Alert[] {
  const { alerts, total, storm } = notification;
  if (storm !== undefined || alerts.length === 0) return [summaryOf(notification, 'Alert storm', total)];
  const more = total - alerts.length;
  return more > 0 ? [...alerts, summaryOf(notification, 'More alerts', more)] : alerts;
}

function summaryOf(notification: Notification, rule: string, count: number): Alert {
  const { storm, group, createdAt, id, revision, alerts, reason } = notification;
  const time = storm?.until ?? createdAt;
  const where = alerts.at(-1)?.whoran;
  return {
    rule,
    priority: worstPriority(notification),
    source: 'whoran',
    time,
    output: storm ? notificationTitle(notification) : `${count} more alerts than the ${MAX_NOTIFIED_ALERTS} that a notification holds`,
    tags: ['summary'],
    output_fields: { 'whoran.alerts': count, 'whoran.reason': reason, ...namedFields('group', group?.labels), ...countedFields(storm) },
    whoran: {
      id,
      revision,
      eventId: '',
      cluster: where?.cluster ?? 'several',
      node: where?.node ?? 'several',
      raisedAt: createdAt,
      attribution: { evidence: 'none' },
    },
  };
}

function countedFields(storm: Notification['storm']): Record<string, FieldValue> {
  const told = (rows: readonly { readonly name: string; readonly alerts: number }[]) =>
    rows.map(({ name, alerts }) => `${name} (${alerts})`);
  return storm
    ? { 'storm.since': storm.since, 'storm.until': storm.until, 'storm.rules': told(storm.rules), 'storm.users': told(storm.users) }
    : {};
}

function namedFields(prefix: string, values: Readonly<Record<string, string>> = {}): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
