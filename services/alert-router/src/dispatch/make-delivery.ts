import { type Delivery, type Notification, namedUser } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';

const LONGEST_ID = 128;
const LONGEST_ERROR = 8192;
/** How many rules, users and clusters a record names. */
const MOST_NAMES = 10;

/** How the delivery of a notification ended. */
export interface DeliveryEnd {
  /** The kind of output. */
  readonly kind: string;
  readonly outcome: Delivery['outcome'];
  readonly error?: string;
  readonly attempts: number;
  readonly at: Millis;
  /** Which time it was delivered again, when somebody asked for that. */
  readonly again?: number;
}

/** The record of a notification whose delivery ended. The same end has the same id, however often it is told. */
export function deliveryOf(notification: Notification, { kind, outcome, error, attempts, at, again }: DeliveryEnd): Delivery {
  const { id, receiver, reason, createdAt, alerts, total, group } = notification;
  const names = (of: (alert: Notification['alerts'][number]) => string | undefined) =>
    [...new Set(alerts.flatMap((alert) => of(alert) ?? []))].slice(0, MOST_NAMES);
  return {
    id: again === undefined ? id : `${truncate(id, LONGEST_ID - 8)}#${again % 1_000_000}`,
    notification: id,
    receiver,
    kind,
    outcome,
    ...(error === undefined ? {} : { error: truncate(error, LONGEST_ERROR) }),
    attempts,
    reason,
    createdAt,
    endedAt: new Date(at).toISOString(),
    alerts: alerts.map(({ whoran }) => whoran.id),
    total,
    rules: names(({ rule }) => rule),
    users: names(({ whoran }) => namedUser(whoran.attribution)),
    clusters: names(({ whoran }) => whoran.cluster),
    ...(group ? { group: group.labels } : {}),
  };
}
