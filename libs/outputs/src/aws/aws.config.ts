import Type from 'typebox';
import { PayloadFormat } from '../payloads.ts';
import { TimeoutSetting, TlsSettings } from '../settings-reader.ts';

const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));
const variable = (description: string) =>
  Type.Optional(
    Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', description: `a variable of the environment with ${description}` }),
  );
const closed = { additionalProperties: false } as const;

/** A key of AWS; without one, the environment's. */
export const Credentials = Type.Object(
  {
    access_key_id: Type.String({ pattern: '^[\\x21-\\x7e]{1,128}$', description: 'such as AKIAIOSFODNN7EXAMPLE' }),
    secret_access_key_file: path('a file with the secret access key'),
    secret_access_key_env: variable('the secret access key'),
    session_token_file: path('a file with the token of a temporary key'),
    session_token_env: variable('the token of a temporary key'),
  },
  {
    ...closed,
    description:
      'without it, those of the environment as the SDKs of AWS take them: AWS_ACCESS_KEY_ID and its kin, AWS_ROLE_ARN with ' +
      'AWS_WEB_IDENTITY_TOKEN_FILE, or AWS_CONTAINER_CREDENTIALS_FULL_URI',
  },
);

/** Settings that all receivers at AWS have. */
export const AWS_SETTINGS = {
  region: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'such as eu-central-1' }),
  endpoint: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]{1,300}/?$',
      description: 'of a service that is compatible, or of a VPC; that of AWS by default',
    }),
  ),
  credentials: Type.Optional(Credentials),
  timeout: TimeoutSetting,
  tls: Type.Optional(TlsSettings),
};

/** Those settings after they were checked. */
export interface AwsSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: Type.Static<typeof Credentials>;
  readonly timeout?: string;
  readonly tls?: Type.Static<typeof TlsSettings>;
}

/** Settings of a topic of SNS. */
export const SnsSettings = Type.Object(
  {
    ...AWS_SETTINGS,
    topic_arn: Type.String({
      pattern: '^arn:[a-z0-9-]{1,20}:sns:[a-z0-9-]{1,64}:[0-9]{1,20}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$',
      description: 'such as arn:aws:sns:eu-central-1:123456789012:alerts',
    }),
    format: Type.Optional(
      Type.Union([Type.Literal('text'), PayloadFormat], {
        description: 'text for people (by default, with a subject), or JSON: falco, cloudevents, ocsf, ecs, notification',
      }),
    ),
    external_url: Type.Optional(
      Type.String({ pattern: '^https?://[^\\s]{1,2000}$', description: 'where people reach forensics, for links to sessions' }),
    ),
  },
  { ...closed, description: 'A message on a topic of AWS SNS.' },
);
export type SnsSettings = Type.Static<typeof SnsSettings>;

/** Settings of a queue of SQS. */
export const SqsSettings = Type.Object(
  {
    ...AWS_SETTINGS,
    queue_url: Type.String({ pattern: '^https?://[^\\s?#@]{1,1000}$', description: 'as SQS shows it' }),
    format: Type.Optional(PayloadFormat),
  },
  { ...closed, description: 'A message on a queue of AWS SQS.' },
);
export type SqsSettings = Type.Static<typeof SqsSettings>;

/** Settings of a bucket of S3. */
export const S3Settings = Type.Object(
  {
    ...AWS_SETTINGS,
    bucket: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', description: 'small letters, digits, . and -; 3 to 63' }),
    prefix: Type.Optional(
      Type.String({ pattern: "^[A-Za-z0-9!_.*'()/=-]{0,512}$", description: 'what names of objects begin with; whoran/ by default' }),
    ),
    path_style: Type.Optional(
      Type.Boolean({ description: 'whether the bucket stands in the path and not in the host; true by default with an endpoint' }),
    ),
    server_side_encryption: Type.Optional(Type.Enum(['AES256', 'aws:kms'])),
    kms_key_id: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,2048}$', description: 'id or ARN of a key' })),
    storage_class: Type.Optional(Type.String({ pattern: '^[A-Z_]{1,32}$', description: 'such as STANDARD_IA' })),
    format: Type.Optional(PayloadFormat),
  },
  { ...closed, description: 'An object in a bucket of S3, or of what is compatible with it, for each notification: lines of JSON.' },
);
export type S3Settings = Type.Static<typeof S3Settings>;
