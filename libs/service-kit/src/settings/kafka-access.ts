import { readFileSync } from 'node:fs';
import type { KafkaBusOptions, KafkaConnection } from '@whoran/bus-kafka';
import { ConfigInvalid } from '@whoran/kernel';
import type { KafkaSettings } from './kafka-settings.ts';

/** How to reach Kafka, with certificates as PEM texts: what `KafkaBus.connect` and the commands about topics take. */
export type KafkaAccess = KafkaConnection & Pick<KafkaBusOptions, 'topicPrefix' | 'compression'>;

/** Reads what the settings name. `service` is the client id when none is set. Throws ConfigInvalid for a file that went away. */
export function kafkaAccess(settings: KafkaSettings, service: string): KafkaAccess {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username, kafkaSaslPassword: password } = settings;
  return {
    brokers: settings.kafkaBrokers,
    clientId: settings.kafkaClientId || service,
    topicPrefix: settings.kafkaTopicPrefix,
    compression: settings.kafkaCompression,
    ...(settings.kafkaTls ? { tls: tlsOf(settings) } : {}),
    ...(mechanism === '' ? {} : { sasl: { mechanism, username, password } }),
  };
}

function tlsOf({ kafkaCaFile, kafkaCertFile, kafkaKeyFile }: KafkaSettings): NonNullable<KafkaAccess['tls']> {
  return {
    ...(kafkaCaFile === '' ? {} : { ca: readPem('WHORAN_KAFKA_CA_FILE', kafkaCaFile) }),
    ...(kafkaCertFile === '' ? {} : { cert: readPem('WHORAN_KAFKA_CERT_FILE', kafkaCertFile) }),
    ...(kafkaKeyFile === '' ? {} : { key: readPem('WHORAN_KAFKA_KEY_FILE', kafkaKeyFile) }),
  };
}

/** The text of a PEM file that a setting names. Throws ConfigInvalid with the name of the setting. */
export function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigInvalid(`${setting}: names a file that cannot be read`, { cause: error });
  }
}
