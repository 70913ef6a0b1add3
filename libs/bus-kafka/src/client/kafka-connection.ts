import { ConfigInvalid, type Logger } from '@whoran/kernel';
import { Kafka, type KafkaConfig, type LogEntry, type RetryOptions, logLevel } from 'kafkajs';
import { keepMemberIds } from '../consume/keep-member-id.ts';
import { quickenDecoding } from '../consume/quick-decoding.ts';

/** How to reach Kafka. Certificates are PEM texts; TLS without any trusts what Node.js trusts. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string };
}

/** How one client of kafkajs behaves. */
interface ClientOptions {
  readonly retry: RetryOptions;
  readonly requestTimeout: number;
  readonly logger: Logger;
}

const CONNECTION_TIMEOUT = 3000;

/**
 * A client of kafkajs. Every consumer needs one of its own: consumers of one client share their committed offsets by group,
 * and mix them up. Throws ConfigInvalid for what cannot be a connection.
 */
export function openClient(connection: KafkaConnection, { retry, requestTimeout, logger }: ClientOptions): Kafka {
  const { brokers, clientId, tls, sasl } = connection;
  quickenDecoding();
  keepMemberIds();
  if (brokers.length === 0) throw new ConfigInvalid('WHORAN_KAFKA_BROKERS: names no broker');
  return new Kafka({
    brokers: [...brokers],
    clientId,
    retry,
    requestTimeout,
    connectionTimeout: CONNECTION_TIMEOUT,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      writeTo(logger, entry);
    },
    ...(tls === undefined ? {} : { ssl: sslOf(tls) }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as NonNullable<KafkaConfig['sasl']> }),
  });
}

function sslOf({ ca, cert, key }: NonNullable<KafkaConnection['tls']>): NonNullable<KafkaConfig['ssl']> {
  return { ...(ca === undefined ? {} : { ca: [ca] }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
}

/**
 * What kafkajs says is about single attempts, many a second while a broker is away. What came of them is said by the bus, so
 * all of it is for debugging.
 */
function writeTo(logger: Logger, { namespace, log }: LogEntry): void {
  const [error, broker, group] = [textOf(log['error']), textOf(log['broker']), textOf(log['groupId'])];
  logger.debug('kafka.client', { namespace, message: log.message, error, broker, group });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
