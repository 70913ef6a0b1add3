import Type from 'typebox';
import { LoginSettings, TimeoutSetting, TlsSettings } from '../settings-reader.ts';

const Address = Type.String({
  pattern: '^([^<>\\u0000-\\u001f]{0,200}<)?[^\\s<>@,;"]{1,64}@[^\\s<>@,;"]{1,255}>?$',
  description: 'soc@example.com or Security <soc@example.com>',
});
const template = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 65_536, description }));

/** Settings of a receiver that is mail. */
export const SmtpSettings = Type.Object(
  {
    host: Type.String({ pattern: '^[^\\s/]{1,253}$', description: 'name or address of the mail server' }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '465 with encryption tls, 587 otherwise' })),
    encryption: Type.Optional(
      Type.Enum(['starttls', 'tls', 'none'], {
        description: 'starttls (by default, and refused if the server cannot), tls from the first byte, or none',
      }),
    ),
    auth: Type.Optional(LoginSettings),
    from: Address,
    to: Type.Array(Address, { minItems: 1, maxItems: 50 }),
    subject: template('a template of the subject'),
    body: template('a template of the text'),
    hello: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.:\\[\\]-]{1,255}$', description: 'how we introduce ourselves' })),
    timeout: TimeoutSetting,
    tls: Type.Optional(TlsSettings),
    external_url: Type.Optional(
      Type.String({ pattern: '^https?://[^\\s]{1,2000}$', description: 'where people reach forensics, for links to sessions' }),
    ),
  },
  { additionalProperties: false, description: 'A mail for each notification.' },
);
export type SmtpSettings = Type.Static<typeof SmtpSettings>;
