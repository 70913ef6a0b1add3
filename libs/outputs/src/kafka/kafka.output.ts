import type { Notification } from '@whoran/contracts';
import { type Millis, SilentLogger, err, ok, printable, truncate } from '@whoran/kernel';
import type { KafkaConnection } from '@whoran/bus-kafka';
import type { Producer } from 'kafkajs';
import { SecretReader } from '../http/secret-reader.ts';
import { type Outcome, Output, type SendContext, outputKind } from '../output.ts';
import { maskSecrets } from '../redact-url.ts';
import { timeoutOf } from '../settings-reader.ts';
import { untilAborted } from '../until-aborted.ts';
import { kafkaMessages } from './kafka-messages.ts';
import { KafkaSettings } from './kafka.config.ts';

/** Within one attempt kafkajs may look up a new leader; everything longer is for the caller's retries. */
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 };
const LONGEST_ERROR = 300;
/** What no further attempt with the same message and settings changes. */
const FINAL = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'POLICY_VIOLATION',
]);

/** The target, with everything that its files said. */
interface KafkaTarget {
  readonly connection: KafkaConnection;
  readonly settings: KafkaSettings;
  readonly timeout: Millis;
  readonly secrets: readonly string[];
}

class KafkaOutput extends Output {
  readonly kind = 'kafka';
  readonly timeout: Millis;
  private producer: Promise<Producer> | undefined;

  constructor(private readonly target: KafkaTarget) {
    super();
    this.timeout = target.timeout;
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    const { topic, acks = 'all', compression = 'none' } = this.target.settings;
    try {
      const { loadCompression } = await import('@whoran/bus-kafka');
      const producer = await untilAborted(this.connected(), signal);
      const sending = producer.send({
        topic,
        messages: kafkaMessages(notification, this.target.settings),
        acks: acks === 'all' ? -1 : 1,
        timeout: this.timeout,
        compression: await loadCompression(compression),
      });
      await untilAborted(sending, signal);
      return { kind: 'delivered' };
    } catch (error) {
      return await this.judge(error);
    }
  }

  override async close(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  /** One producer for all attempts; a failed connection is made anew by the next of them. */
  private connected(): Promise<Producer> {
    this.producer ??= connect(this.target).catch((error: unknown) => {
      this.producer = undefined;
      throw error;
    });
    return this.producer;
  }

  private async judge(error: unknown): Promise<Outcome> {
    const { protocolErrorOf, reasonOf } = await import('@whoran/bus-kafka');
    const type = protocolErrorOf(error) ?? '';
    const text = type === 'UNKNOWN_TOPIC_OR_PARTITION' ? 'there is no such topic' : maskSecrets(reasonOf(error), this.target.secrets);
    const said = `Kafka topic ${this.target.settings.topic}: ${truncate(printable(text), LONGEST_ERROR)}`;
    const final = FINAL.has(type) || isRefusedLogin(error);
    return final ? { kind: 'refused', error: said } : { kind: 'retry', error: said };
  }
}

/** kafkajs wraps a refused login in an error of its own, without the type that the broker gave. */
function isRefusedLogin(error: unknown): boolean {
  return error instanceof Error && (error.name === 'KafkaJSSASLAuthenticationError' || isRefusedLogin(error.cause));
}

/** Loads the client only where there is such a receiver. */
async function connect({ connection, timeout }: KafkaTarget): Promise<Producer> {
  const { calmRequestQueue, openClient } = await import('@whoran/bus-kafka');
  await calmRequestQueue();
  const client = openClient(connection, { retry: RETRY, requestTimeout: timeout, logger: new SilentLogger() });
  const producer = client.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
  } catch (error) {
    await producer.disconnect().catch(() => undefined);
    throw error;
  }
  return producer;
}

/** Alerts on a topic of any Kafka, the one that carries our own topics or another. */
export const kafkaKind = outputKind({
  kind: 'kafka',
  schema: KafkaSettings,
  open(settings, host) {
    const reader = new SecretReader(host);
    const { ca, cert, key } = reader.tls('/tls', settings.tls ?? {});
    const tls = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
    const { sasl } = settings;
    const login = sasl === undefined ? {} : { sasl: { mechanism: sasl.mechanism, ...reader.login('/sasl', sasl) } };
    if (reader.issues.length > 0) return err(reader.issues);
    const { brokers, client_id: clientId = 'whoran' } = settings;
    const connection: KafkaConnection = { brokers, clientId, ...(settings.tls === undefined ? {} : { tls }), ...login };
    return ok(new KafkaOutput({ connection, settings, timeout: timeoutOf(settings.timeout), secrets: reader.secrets }));
  },
});
