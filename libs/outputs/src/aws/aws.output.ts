import type { Notification } from '@whoran/contracts';
import { type Issue, type Millis, type Result, err, messageOf, ok } from '@whoran/kernel';
import { SecretReader } from '../http/secret-reader.ts';
import { type Outcome, Output, type OutputHost, type SendContext, outputKind } from '../output.ts';
import { mailTemplate } from '../smtp/mail.ts';
import { AwsClient, type AwsRequest } from './aws-client.ts';
import { awsTarget, domainOf } from './aws-target.ts';
import { type AwsSettings, S3Settings, SnsSettings, SqsSettings } from './aws.config.ts';
import { s3Request } from './s3-request.ts';
import { snsRequests } from './sns-request.ts';
import { sqsRequests } from './sqs-request.ts';

type Unsent = Omit<AwsRequest, 'signal'>;

/** What makes one of the three outputs. */
interface AwsParts {
  readonly kind: string;
  readonly timeout: Millis;
  readonly client: AwsClient;
  readonly requestsOf: (notification: Notification) => readonly Unsent[];
}

class AwsOutput extends Output {
  readonly kind: string;
  readonly timeout: Millis;

  constructor(private readonly parts: AwsParts) {
    super();
    this.kind = parts.kind;
    this.timeout = parts.timeout;
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    try {
      for (const request of this.parts.requestsOf(notification)) {
        const outcome = await this.parts.client.send({ ...request, signal });
        if (outcome.kind !== 'delivered') return outcome;
      }
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'refused', error: `the request cannot be made: ${messageOf(error)}` };
    }
  }

  override close(): Promise<void> {
    return this.parts.client.close();
  }
}

/** What one of the services needs beside what all have. */
interface Opening {
  readonly service: string;
  readonly settings: AwsSettings;
  readonly host: OutputHost;
  readonly reader: SecretReader;
  readonly requestsOf: (endpoint: URL) => AwsParts['requestsOf'];
}

function openAws({ service, settings, host, reader, requestsOf }: Opening): Result<Output, readonly Issue[]> {
  const target = awsTarget(service, settings, { reader, host });
  if (reader.issues.length > 0) return err(reader.issues);
  const client = new AwsClient(target, host.clock, host.concurrency);
  return ok(new AwsOutput({ kind: service, timeout: target.timeout, client, requestsOf: requestsOf(target.endpoint) }));
}

/** Notifications on a topic of AWS SNS. */
export const snsKind = outputKind({
  kind: 'sns',
  schema: SnsSettings,
  open(settings, host) {
    const { external_url: externalUrl = host.externalUrl, topic_arn: topicArn, format = 'text' } = settings;
    const words = mailTemplate({ domain: 'sns', ...(externalUrl === undefined ? {} : { externalUrl }) });
    if (!words.ok) return words;
    const requestsOf = (endpoint: URL) => (notification: Notification) =>
      snsRequests(notification, { endpoint, topicArn, format, words: words.value });
    return openAws({ service: 'sns', settings, host, reader: new SecretReader(host), requestsOf });
  },
});

/** Alerts on a queue of AWS SQS. */
export const sqsKind = outputKind({
  kind: 'sqs',
  schema: SqsSettings,
  open(settings, host) {
    const { queue_url: queueUrl, format, endpoint = new URL(queueUrl).origin } = settings;
    const requestsOf = (url: URL) => (notification: Notification) => sqsRequests(notification, { endpoint: url, queueUrl, format });
    return openAws({ service: 'sqs', settings: { ...settings, endpoint }, host, reader: new SecretReader(host), requestsOf });
  },
});

/** Notifications as objects in a bucket of S3, or of what is compatible with it. */
export const s3Kind = outputKind({
  kind: 's3',
  schema: S3Settings,
  open(settings, host) {
    const reader = new SecretReader(host);
    const { bucket, region, prefix = 'whoran/', path_style: pathStyle = settings.endpoint !== undefined } = settings;
    if (prefix.startsWith('/') || prefix.split('/').some((part) => part === '.' || part === '..')) {
      reader.complain('/prefix', 'must not begin with / and must not have . or .. between slashes');
    }
    const base = new URL(settings.endpoint ?? `https://s3.${domainOf(region)}`);
    if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
    const folder = pathStyle ? `/${bucket}/${prefix}` : `/${prefix}`;
    const requestsOf = () => (notification: Notification) => [s3Request(notification, { base, folder, settings })];
    return openAws({ service: 's3', settings, host, reader, requestsOf });
  },
});
