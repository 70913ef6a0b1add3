import { IsBoolean, IsIn, IsString, Matches, ValidateIf } from 'class-validator';
import { Setting } from './setting.ts';
import { IsReadableFile } from './readable-file.ts';
import { Refuse } from './refuse.ts';

const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const BROKER = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})):\d{1,5}$/;

/** How to reach Kafka. Without brokers there is none: a process then has its bus within itself, or cannot start. */
export class KafkaSettings {
  @Setting({
    env: 'WHORAN_KAFKA_BROKERS',
    kind: 'list',
    about: 'Kafka brokers to begin with, each host:port. Required for a service that runs by itself. Two or more survive the loss of one.',
  })
  @Matches(BROKER, { each: true, message: 'each must be host:port' })
  kafkaBrokers: readonly string[] = [];

  @Setting({
    env: 'WHORAN_KAFKA_TOPIC_PREFIX',
    kind: 'text',
    about: 'Put in front of the name of every topic and consumer group, so that deployments can share a Kafka. The same for all services.',
  })
  @Matches(/^[A-Za-z0-9._-]{0,64}$/, { message: 'must be at most 64 letters, digits, ".", "_" and "-"' })
  kafkaTopicPrefix = '';

  @Setting({
    env: 'WHORAN_KAFKA_CLIENT_ID',
    kind: 'text',
    about: 'What brokers call this client in their logs and quotas. Empty: the name of the service.',
  })
  @Matches(/^[A-Za-z0-9._-]{0,128}$/, { message: 'must be at most 128 letters, digits, ".", "_" and "-"' })
  kafkaClientId = '';

  @Setting({ env: 'WHORAN_KAFKA_TLS', kind: 'boolean', about: 'Whether brokers are spoken to over TLS.' })
  @IsBoolean()
  kafkaTls = false;

  @Setting({
    env: 'WHORAN_KAFKA_CA_FILE',
    kind: 'text',
    about: 'PEM file of the CAs that sign the certificates of the brokers. Empty: those of Node.js.',
  })
  @IsReadableFile()
  @Refuse('needs WHORAN_KAFKA_TLS=true', (all: KafkaSettings) => all.kafkaCaFile !== '' && !all.kafkaTls)
  kafkaCaFile = '';

  @Setting({ env: 'WHORAN_KAFKA_CERT_FILE', kind: 'text', about: 'PEM file of the client certificate, for brokers that ask for one.' })
  @IsReadableFile()
  @Refuse('needs WHORAN_KAFKA_TLS=true', (all: KafkaSettings) => all.kafkaCertFile !== '' && !all.kafkaTls)
  @Refuse(
    'must be set: WHORAN_KAFKA_KEY_FILE needs its certificate',
    (all: KafkaSettings) => all.kafkaCertFile === '' && all.kafkaKeyFile !== '',
  )
  kafkaCertFile = '';

  @Setting({
    env: 'WHORAN_KAFKA_KEY_FILE',
    kind: 'text',
    about: 'PEM file of the private key of the client certificate, without a passphrase.',
  })
  @IsReadableFile()
  @Refuse('must be set: WHORAN_KAFKA_CERT_FILE needs its key', (all: KafkaSettings) => all.kafkaKeyFile === '' && all.kafkaCertFile !== '')
  kafkaKeyFile = '';

  @Setting({
    env: 'WHORAN_KAFKA_SASL_MECHANISM',
    kind: 'text',
    about:
      'How the client proves who it is by password: plain, scram-sha-256 or scram-sha-512. Empty: it does not. plain needs TLS to be safe.',
  })
  @ValidateIf((all: KafkaSettings) => all.kafkaSaslMechanism !== '' || all.kafkaSaslUsername !== '' || all.kafkaSaslPassword !== '')
  @IsIn(MECHANISMS, { message: 'must be plain, scram-sha-256 or scram-sha-512 when a user name or a password is set' })
  kafkaSaslMechanism: '' | (typeof MECHANISMS)[number] = '';

  @Setting({ env: 'WHORAN_KAFKA_SASL_USERNAME', kind: 'text', about: 'User name for SASL.' })
  @IsString()
  @Refuse(
    'must be set with WHORAN_KAFKA_SASL_MECHANISM',
    (all: KafkaSettings) => all.kafkaSaslMechanism !== '' && all.kafkaSaslUsername === '',
  )
  kafkaSaslUsername = '';

  @Setting({ env: 'WHORAN_KAFKA_SASL_PASSWORD', kind: 'secret', about: 'Password for SASL.' })
  @IsString()
  @Refuse(
    'must be set with WHORAN_KAFKA_SASL_MECHANISM',
    (all: KafkaSettings) => all.kafkaSaslMechanism !== '' && all.kafkaSaslPassword === '',
  )
  kafkaSaslPassword = '';

  @Setting({ env: 'WHORAN_KAFKA_COMPRESSION', kind: 'text', about: 'How messages are compressed: none, gzip, snappy, lz4 or zstd.' })
  @IsIn(COMPRESSIONS, { message: `must be one of ${COMPRESSIONS.join(', ')}` })
  kafkaCompression: (typeof COMPRESSIONS)[number] = 'none';
}
