import Type from 'typebox';
import { Alert } from './alert.ts';
import { InstantText, open, text } from './schema.ts';

/** The alerts that one notification carries whole at most; of the others it has the number. */
export const MAX_NOTIFIED_ALERTS = 100;

/** Why people are told. */
export const NotificationReason = Type.Enum(['alert', 'update', 'group', 'new-alerts', 'repeat', 'storm', 'escalation'], {
  description:
    'alert: one alert, at once; update: more is known of it; group: the first of a group; new-alerts: a group has more; ' +
    'repeat: still so after repeat_interval; storm: a summary in place of a flood; escalation: another receiver was not reached',
});
export type NotificationReason = Type.Static<typeof NotificationReason>;

/** How many of what there were in a storm. */
const Count = Type.Object({ name: text(256), alerts: Type.Integer({ minimum: 1 }) });

/** What one receiver is told: an alert, the alerts of a group, or the summary of a storm. */
export const Notification = open(
  {
    id: text(128, 'the same for every attempt: receivers that keep it know a repetition'),
    subject: text(
      256,
      'what it is about at this receiver: an alert or a group. Of what waits, a higher revision takes the place of a lower',
    ),
    revision: Type.Integer({ minimum: 0 }),
    receiver: text(63),
    reason: NotificationReason,
    createdAt: InstantText,
    alerts: Type.Array(Alert, { maxItems: MAX_NOTIFIED_ALERTS, description: 'the oldest first' }),
    total: Type.Integer({ minimum: 1, description: 'how many alerts there are, also those left out of the list' }),
    group: Type.Optional(
      open(
        { route: text(1024, 'the place of the route in the tree'), labels: Type.Record(Type.String(), text(4096)) },
        'The group, if alerts are grouped.',
      ),
    ),
    storm: Type.Optional(
      open(
        { since: InstantText, until: InstantText, rules: Type.Array(Count, { maxItems: 10 }), users: Type.Array(Count, { maxItems: 10 }) },
        'What there was too much of to tell each.',
      ),
    ),
    escalated: Type.Optional(
      open({ from: text(63), id: text(128), error: text(1024) }, 'The receiver that was not reached, and its notification.'),
    ),
  },
  'A notification for one receiver.',
);
export type Notification = Omit<Type.Static<typeof Notification>, 'alerts'> & { alerts: readonly Alert[] };
