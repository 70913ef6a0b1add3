import type { Delivery } from '@whoran/contracts';
import type { Intake } from '../intake/event-rows.ts';
import { eventTime } from '../intake/event-time.ts';
import { LIMITS, fitSecret } from '../intake/fit-text.ts';
import type { DeliveryRow } from '../store/rows.ts';

/** The row of a delivery. What the receiver said of it may hold a secret, and so may the labels of a group. */
export function deliveryRow(delivery: Delivery, { redactor, now }: Intake): DeliveryRow {
  const { error, group, ...rest } = delivery;
  const fit = (text: string) => fitSecret(text, LIMITS.path, (whole) => redactor.text(whole));
  const labels =
    group &&
    Object.fromEntries(
      Object.entries(group)
        .slice(0, MAX_LABELS)
        .map(([name, value]) => [name, fit(value)]),
    );
  return {
    id: delivery.id,
    timeNs: eventTime(now, delivery.endedAt, delivery.createdAt),
    storedMs: now,
    receiver: delivery.receiver,
    outcome: delivery.outcome,
    body: { ...rest, ...(error === undefined ? {} : { error: fit(error) }), ...(labels === undefined ? {} : { group: labels }) },
  };
}

/** A group has as many labels as its route names; more are nobody's. */
const MAX_LABELS = 100;
