import { type Notification, namedUser } from '@whoran/contracts';
import type { Message } from 'kafkajs';
import { type Payload, type PayloadFormat, payloadsOf } from '../payloads.ts';

/** What of a notification decides on the partition. */
export type KafkaKey = 'subject' | 'user' | 'none';

/** The messages of a notification. The header `idempotency-key` is the same in every attempt. */
export function kafkaMessages(notification: Notification, format: PayloadFormat | undefined, key: KafkaKey): Message[] {
  return payloadsOf(notification, format).map((payload) => ({
    key: keyOf(notification, payload, key),
    value: payload.body,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': payload.id,
      'whoran-receiver': notification.receiver,
      'whoran-reason': notification.reason,
    },
  }));
}

function keyOf({ subject }: Notification, { alert }: Payload, key: KafkaKey): string | null {
  switch (key) {
    case 'subject':
      return subject;
    case 'user':
      return (alert && namedUser(alert.whoran.attribution)) ?? subject;
    case 'none':
      return null;
  }
}
