import Type from 'typebox';
import { Credentials } from '../aws/aws.config.ts';
import { AlertFormat } from '../formats/format-alert.ts';
import { TimeoutSetting, TlsSettings } from '../settings-reader.ts';

const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));
const variable = (description: string) =>
  Type.Optional(
    Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', description: `a variable of the environment with ${description}` }),
  );
const closed = { additionalProperties: false } as const;
const duration = (description: string) => Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,5}(ms|s|m)$', description }));

const BasicAuth = Type.Object(
  { username: Type.String({ maxLength: 1024 }), password_file: path('a file with the password'), password_env: variable('the password') },
  closed,
);

const OAuth2 = Type.Object(
  {
    token_url: Type.String({ maxLength: 8192, description: 'where tokens are asked for, with client credentials' }),
    client_id: Type.String({ minLength: 1, maxLength: 1024 }),
    client_secret_file: path('a file with the secret of the client'),
    client_secret_env: variable('the secret of the client'),
    scopes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), { maxItems: 50 })),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 4096 }), { description: 'further parameters of the request, such as audience' }),
    ),
  },
  closed,
);

const SigV4 = Type.Object(
  {
    region: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'such as eu-central-1' }),
    service: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'such as es (OpenSearch), aoss, execute-api or lambda' }),
    credentials: Type.Optional(Credentials),
  },
  { ...closed, description: 'signs requests as AWS asks for it (Signature Version 4)' },
);

const Batch = Type.Object(
  {
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'alerts that one request carries at most' })),
    wait: duration('how long the first waits for others'),
  },
  { ...closed, description: 'joins notifications that are sent at the same time: at most as many as queue.concurrency' },
);

/** Settings that every receiver over HTTP has. Secrets stand in files, which are read again when they change, or in the environment. */
export const CONNECTION_SETTINGS = {
  url: Type.Optional(Type.String({ maxLength: 8192, description: 'http or https; use url_file or url_env when it carries a token' })),
  url_file: path('a file with the URL'),
  url_env: variable('the URL'),
  headers: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 8192 }))),
  header_files: Type.Optional(
    Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 4096 }), { description: 'header: file with its value' }),
  ),
  timeout: TimeoutSetting,
  tls: Type.Optional(TlsSettings),
  basic_auth: Type.Optional(BasicAuth),
  bearer_token_file: path('a file with the token for Authorization: Bearer'),
  bearer_token_env: variable('the token for Authorization: Bearer'),
  oauth2: Type.Optional(OAuth2),
  sigv4: Type.Optional(SigV4),
  success_codes: Type.Optional(
    Type.Array(Type.Integer({ minimum: 200, maximum: 299 }), {
      minItems: 1,
      maxItems: 20,
      description: 'which 2xx mean success; all by default',
    }),
  ),
  batch: Type.Optional(Batch),
  external_url: Type.Optional(
    Type.String({ pattern: '^https?://[^\\s]{1,2000}$', description: 'where people reach forensics, for links to sessions' }),
  ),
};

/** Settings that say what is sent, for receivers that have no form of their own and for those who want another. */
export const CONTENT_SETTINGS = {
  method: Type.Optional(Type.Enum(['POST', 'PUT', 'PATCH'])),
  content_type: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'application/json by default' })),
  per: Type.Optional(Type.Enum(['notification', 'alert'], { description: 'whether the alerts of a group are one request or one each' })),
  format: Type.Optional(AlertFormat),
  body: Type.Optional(Type.Unknown({ description: 'a template of the body: any YAML, whose strings are templates; or one text' })),
};

/** Connection settings as they are after the check against their schema. */
export type ConnectionSettings = Type.Static<Type.TObject<typeof CONNECTION_SETTINGS>>;

/** Content settings as they are after the check against their schema. */
export type ContentSettings = Type.Static<Type.TObject<typeof CONTENT_SETTINGS>>;
