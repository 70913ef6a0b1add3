import Type from 'typebox';
import { PayloadFormat } from '../payloads.ts';
import { LoginSettings, TimeoutSetting, TlsSettings } from '../settings-reader.ts';

/** Settings of a receiver that is a topic of Kafka. */
export const KafkaSettings = Type.Object(
  {
    brokers: Type.Array(Type.String({ pattern: '^[^\\s:/]+:\\d{1,5}$|^\\[[0-9A-Fa-f:.]+\\]:\\d{1,5}$', description: 'host:port' }), {
      minItems: 1,
      maxItems: 32,
      description: 'host:port of one or more brokers; they name the others',
    }),
    topic: Type.String({ pattern: '^[A-Za-z0-9._-]{1,249}$', description: 'its name, of letters, digits, . _ -; it must exist' }),
    format: Type.Optional(PayloadFormat),
    key: Type.Optional(
      Type.Enum(['subject', 'user', 'none'], {
        description: 'what is kept in order: all about one alert or group (subject, the default), all about one user, or nothing',
      }),
    ),
    client_id: Type.Optional(Type.String({ minLength: 1, maxLength: 249, description: 'whoran by default' })),
    compression: Type.Optional(Type.Enum(['none', 'gzip', 'zstd'], { description: 'none by default' })),
    acks: Type.Optional(Type.Enum(['all', 'leader'], { description: 'who must have a message: all replicas in sync, the default' })),
    max_size: Type.Optional(
      Type.Integer({
        minimum: 4096,
        maximum: 104_857_600,
        description: 'bytes of a message, 1000000 by default; texts are cut where one would be larger',
      }),
    ),
    timeout: TimeoutSetting,
    tls: Type.Optional(Type.Omit(TlsSettings, ['server_name'], { additionalProperties: false })),
    sasl: Type.Optional(
      Type.Object(
        { mechanism: Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512']), ...LoginSettings.properties },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, description: 'A message on a topic of Kafka.' },
);
export type KafkaSettings = Type.Static<typeof KafkaSettings>;
