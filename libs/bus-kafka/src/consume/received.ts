import { isUtf8 } from 'node:buffer';
import { type Topic, decode } from '@whoran/contracts';
import { printIssue } from '@whoran/kernel';
import type { KafkaMessage } from 'kafkajs';

/** A message as it came, read or not. */
export interface Received<T> {
  readonly partition: number;
  readonly raw: KafkaMessage;
  /** The event, or why there is none. */
  readonly event: { readonly value: T } | { readonly problem: string };
}

/** Reads a message: the one door for what comes from Kafka. Total: never throws. */
export function receive<T>(topic: Topic<T>, partition: number, raw: KafkaMessage): Received<T> {
  return { partition, raw, event: read(topic, raw.value) };
}

function read<T>(topic: Topic<T>, bytes: Buffer | null): Received<T>['event'] {
  if (bytes === null) return { problem: 'it has no value' };
  if (!isUtf8(bytes)) return { problem: 'it is not UTF-8' };
  const event = decode(topic, bytes.toString());
  return event.ok ? { value: event.value } : { problem: event.error.map(printIssue).join('; ') };
}

/** The topic as a topic of messages as they came, so that what cannot be read is settled like everything else. */
export function topicOfReceived<T>(topic: Topic<T>): Topic<Received<T>> {
  return {
    name: topic.name,
    schema: topic.schema,
    compacted: topic.compacted,
    key: ({ raw }) => raw.key?.toString() ?? '',
    cloudEvent: ({ partition, raw, event }) =>
      'value' in event ? topic.cloudEvent(event.value) : { id: `${partition}/${raw.offset}`, source: '', type: '', time: '', subject: '' },
  };
}

/** The value as text; bytes that are no text are replaced. */
export function textOfReceived({ raw }: Received<unknown>): string {
  return raw.value?.toString() ?? '';
}
