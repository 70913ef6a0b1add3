import type { Notification } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { type PayloadFormat, payloadsOf } from '../payloads.ts';
import type { MailTemplate } from '../smtp/mail.ts';
import type { AwsRequest } from './aws-client.ts';
import { fifoFields } from './fifo.ts';

/** What a topic of SNS wants. */
export interface SnsStyle {
  readonly endpoint: URL;
  readonly topicArn: string;
  readonly format: 'text' | PayloadFormat;
  readonly words: MailTemplate;
}

/** SNS takes 262,144 bytes of a message with its attributes, and 100 characters of ASCII as a subject. */
const LONGEST_MESSAGE = 250_000;
const LONGEST_SUBJECT = 99;

/** The requests that publish a notification: one as text, or one for each message of JSON. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function snsRequests(notification: Notification, style: SnsStyle): readonly Omit<AwsRequest, 'signal'>[] {
  return messagesOf(notification, style).map(({ id, text, subject }) => {
    const form = new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: style.topicArn,
      Message: text,
      ...(subject === undefined ? {} : { Subject: subject }),
      ...attributes({ 'idempotency-key': id, receiver: notification.receiver, reason: notification.reason }),
      ...fifoFields(style.topicArn, notification, id),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return { method: 'POST', url: style.endpoint, headers, body: form.toString() } as const;
  });
}

interface Message {
  readonly id: string;
  readonly text: string;
  readonly subject?: string;
}

function messagesOf(notification: Notification, { format, words }: SnsStyle): readonly Message[] {
  if (format !== 'text') return payloadsOf(notification, format, LONGEST_MESSAGE).map(({ id, body }) => ({ id, text: body }));
  const { subject, text } = words(notification);
  // A text has 100,000 characters at most, and most have one byte.
  const fitting = Buffer.byteLength(text) <= LONGEST_MESSAGE ? text : truncate(text, LONGEST_MESSAGE / 4);
  return [{ id: encodeURIComponent(notification.id.toWellFormed()), text: fitting, subject: asciiOf(subject) }];
}

function asciiOf(subject: string): string {
  return subject.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_SUBJECT);
}

function attributes(values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(values).flatMap(([name, value], index) => {
    const at = `MessageAttributes.entry.${index + 1}`;
    return [
      [`${at}.Name`, name],
      [`${at}.Value.DataType`, 'String'],
      [`${at}.Value.StringValue`, value],
    ] as const;
  });
  return Object.fromEntries(entries);
}
