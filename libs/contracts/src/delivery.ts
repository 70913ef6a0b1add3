import Type from 'typebox';
import { NotificationReason } from './notification.ts';
import { InstantText, ObjectName, Username, open, text } from './schema.ts';

/** How the delivery of a notification ended. */
export const Delivery = open(
  {
    id: text(128, 'of the notification, and a number when it was delivered again'),
    notification: text(128),
    receiver: text(63),
    kind: text(63, 'the kind of output, such as slack'),
    outcome: Type.Enum(['delivered', 'refused', 'expired', 'queue-full', 'failed', 'muted'], {
      description: 'muted: nobody was told, and `error` says by what (a silence, an inhibition, a mute time, a rate cap)',
    }),
    error: Type.Optional(text(8192)),
    attempts: Type.Integer({ minimum: 0 }),
    reason: NotificationReason,
    createdAt: InstantText,
    endedAt: InstantText,
    alerts: Type.Array(text(128), { maxItems: 100, description: 'ids' }),
    total: Type.Integer({ minimum: 1 }),
    rules: Type.Array(text(4096), { maxItems: 10 }),
    users: Type.Array(Username, { maxItems: 10 }),
    clusters: Type.Array(ObjectName, { maxItems: 10 }),
    group: Type.Optional(Type.Record(Type.String(), text(4096))),
  },
  'The record of a notification: what was said to whom, when, and how it ended.',
);
export type Delivery = Type.Static<typeof Delivery>;
