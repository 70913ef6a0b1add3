import { type Topic, encodeJson } from '@whoran/contracts';

/** A message as kafkajs takes it. */
export interface EncodedMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
}

/** An event as a CloudEvent 1.0 in binary mode: its attributes are headers, the event is the value. */
export function encodeMessage<T>(topic: Topic<T>, event: T, traceparent: string | undefined): EncodedMessage {
  const { id, source, type, time, subject } = topic.cloudEvent(event);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    ce_subject: subject,
  };
  if (traceparent !== undefined) headers['traceparent'] = traceparent;
  return { key: Buffer.from(topic.key(event)), value: Buffer.from(encodeJson(event)), headers };
}
