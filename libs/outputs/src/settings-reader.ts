import { createSecureContext } from 'node:tls';
import { type Issue, type Millis, type Result, messageOf, parseDuration } from '@whoran/kernel';
import Type from 'typebox';

const path = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));

/** TLS of a connection to a receiver. */
export const TlsSettings = Type.Object(
  {
    ca_file: path('who signed the certificate of the receiver; without it the usual authorities'),
    cert_file: path('certificate that we show'),
    key_file: path('its private key'),
    server_name: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'the name to expect in the certificate' })),
  },
  { additionalProperties: false },
);
export type TlsSettings = Type.Static<typeof TlsSettings>;

/** A name, and where its password is. */
export const LoginSettings = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 1024 }),
    password_file: path('a file with the password'),
    password_env: Type.Optional(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', description: 'a variable of the environment with the password' }),
    ),
  },
  { additionalProperties: false },
);
export type LoginSettings = Type.Static<typeof LoginSettings>;

/** How long one attempt may take. */
export const TimeoutSetting = Type.Optional(
  Type.String({ pattern: '^[1-9]\\d{0,5}(ms|s|m)$', description: 'of one attempt, 10s by default' }),
);

const DEFAULT_TIMEOUT = 10_000;

/** The time-out of the settings, or ten seconds. */
export function timeoutOf(setting: string | undefined): Millis {
  return parseDuration(setting ?? '') ?? DEFAULT_TIMEOUT;
}

/** Certificates as PEM texts, and the name to expect. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** Reads the files that settings name. Keeps every problem, by JSON pointer and never with a value, and what must not be said. */
export class SettingsReader {
  readonly issues: Issue[] = [];
  readonly secrets: string[] = [];

  constructor(private readonly readFile: (path: string) => Result<string, string>) {}

  complain(item: string, message: string): void {
    this.issues.push({ code: 'invalid-receiver', item, message });
  }

  /** The text of a file; nothing when none is named or it cannot be read, which is a problem. */
  file(item: string, path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    const text = this.readFile(path);
    if (text.ok) return text.value;
    this.complain(item, text.error);
    return undefined;
  }

  /** The text of a file that nobody may see. Empty when it cannot be read. */
  secret(item: string, path: string): string {
    const text = this.file(item, path);
    if (text === '') this.complain(item, 'names an empty file');
    if (text !== undefined && text !== '') this.secrets.push(text);
    return text ?? '';
  }

  tls(item: string, settings: TlsSettings): TlsMaterial {
    if ((settings.cert_file === undefined) !== (settings.key_file === undefined))
      this.complain(item, 'needs cert_file and key_file together');
    const ca = this.file(`${item}/ca_file`, settings.ca_file);
    const cert = this.file(`${item}/cert_file`, settings.cert_file);
    const key = this.file(`${item}/key_file`, settings.key_file);
    const pem = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
    try {
      createSecureContext(pem);
    } catch (error) {
      this.complain(item, `cannot be used: ${messageOf(error)}`);
    }
    return { ...pem, ...(settings.server_name === undefined ? {} : { servername: settings.server_name }) };
  }
}
