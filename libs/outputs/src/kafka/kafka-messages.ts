import { type Notification, namedUser } from '@whoran/contracts';
import type { Message } from 'kafkajs';
import { type Payload, type PayloadFormat, payloadsOf } from '../payloads.ts';

/** What of a notification decides on the partition. */
export type KafkaKey = 'subject' | 'user' | 'none';

/** What a topic wants of every message. */
export interface KafkaStyle {
  readonly format?: PayloadFormat;
  readonly key?: KafkaKey;
  /** Bytes of a message. */
  readonly max_size?: number;
}

/** As much as Kafka takes unless it is told otherwise, less what headers need. */
const DEFAULT_SIZE = 1_000_000;

/** The messages of a notification. The header `idempotency-key` is the same in every attempt. */
export function kafkaMessages(
  notification: Notification,
  { format, key = 'subject', max_size: limit = DEFAULT_SIZE }: KafkaStyle,
): Message[] {
  return payloadsOf(notification, format, limit).map((payload) => ({
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
