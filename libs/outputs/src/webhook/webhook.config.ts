import Type from 'typebox';

const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));

const Tls = Type.Object(
  {
    ca_file: path('who signed the certificate of the receiver; without it the usual authorities'),
    cert_file: path('certificate that we show'),
    key_file: path('its private key'),
    server_name: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'the name to expect in the certificate' })),
  },
  { additionalProperties: false },
);

const BasicAuth = Type.Object(
  { username: Type.String({ maxLength: 1024 }), password_file: Type.String({ minLength: 1, maxLength: 4096 }) },
  { additionalProperties: false },
);

/** Settings of a webhook receiver. Secrets stand in files, which are read again when they change. */
export const WebhookSettings = Type.Object(
  {
    url: Type.Optional(Type.String({ maxLength: 8192, description: 'http or https; use url_file when it carries a token' })),
    url_file: path('a file with the URL'),
    headers: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 8192 }))),
    header_files: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 4096 }), { description: 'header: file with its value' }),
    ),
    timeout: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,5}(ms|s|m)$', description: 'of one attempt, 10s by default' })),
    tls: Type.Optional(Tls),
    basic_auth: Type.Optional(BasicAuth),
    bearer_token_file: path('a file with the token for Authorization: Bearer'),
  },
  { additionalProperties: false, description: 'POST of Falco JSON.' },
);
export type WebhookSettings = Type.Static<typeof WebhookSettings>;
