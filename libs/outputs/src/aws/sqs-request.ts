import { type Notification, encodeJson } from '@whoran/contracts';
import { type PayloadFormat, payloadsOf } from '../payloads.ts';
import type { AwsRequest } from './aws-client.ts';
import { fifoFields } from './fifo.ts';

/** What a queue of SQS wants. */
export interface SqsStyle {
  readonly endpoint: URL;
  readonly queueUrl: string;
  readonly format: PayloadFormat | undefined;
}

/** SQS takes 262,144 bytes of a message with its attributes. */
const LONGEST_MESSAGE = 250_000;

/** The requests that put a notification on a queue, one for each message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sqsRequests(notification: Notification, { endpoint, queueUrl, format }: SqsStyle): readonly Omit<AwsRequest, 'signal'>[] {
  return payloadsOf(notification, format, LONGEST_MESSAGE).map(({ id, body }) => {
    const attribute = (text: string) => ({ DataType: 'String', StringValue: text });
    const { receiver, reason } = notification;
    const message = {
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: { 'idempotency-key': attribute(id), receiver: attribute(receiver), reason: attribute(reason) },
      ...fifoFields(queueUrl, notification, id),
    };
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    return { method: 'POST', url: endpoint, headers, body: encodeJson(message) } as const;
  });
}
