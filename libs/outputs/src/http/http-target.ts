import type { Millis } from '@whoran/kernel';
import { type TlsMaterial, timeoutOf } from '../settings-reader.ts';
import { pointerPart } from '../templates/body-template.ts';
import type { ConnectionSettings } from './http.config.ts';
import type { SecretReader } from './secret-reader.ts';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** Headers that belong to the connection or are ours; a wrong one would break every request. */
const RESERVED = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'idempotency-key', 'keep-alive', 'transfer-encoding', 'upgrade'],
]);

/** How tokens are got with client credentials (RFC 6749, 4.4). */
export interface ClientCredentials {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where requests go, with everything that files and the environment said. */
export interface HttpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Millis;
  readonly tls: TlsMaterial;
  readonly oauth2?: ClientCredentials;
  /** Texts that must not appear in what we say about this receiver. */
  readonly secrets: readonly string[];
}

/** What a preset knows of the target. */
export interface TargetDefaults {
  readonly url?: string;
  readonly path?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the settings' files and checks what they say. Undefined after a complaint to the reader. */
export function httpTarget(settings: ConnectionSettings, defaults: TargetDefaults, reader: SecretReader): HttpTarget | undefined {
  const url = urlOf(settings, defaults, reader);
  const own = headersOf(settings, reader);
  const authorization = authorizationOf(settings, reader);
  const tls = reader.tls('/tls', settings.tls ?? {});
  const oauth2 = settings.oauth2 ? credentialsOf(settings.oauth2, reader) : undefined;
  if (!url || reader.issues.length > 0) return undefined;
  const lower = Object.fromEntries(Object.entries(defaults.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const headers = { ...lower, ...own, ...authorization };
  return {
    url,
    headers,
    timeout: timeoutOf(settings.timeout),
    tls,
    ...(oauth2 ? { oauth2 } : {}),
    secrets: [...secretsOf(url), ...Object.values({ ...own, ...authorization }), ...reader.secrets],
  };
}

/** Everything of a URL that may be a token. */
export function secretsOf(url: URL): string[] {
  return [url.pathname + url.search, url.pathname, url.search, ...url.pathname.split('/'), ...url.searchParams.values()].filter(
    (part) => part !== '',
  );
}

function urlOf(settings: ConnectionSettings, defaults: TargetDefaults, reader: SecretReader): URL | undefined {
  const place = urlPlace(settings, defaults, reader);
  // An empty one was complained of when it was read.
  const parsed = place.text === undefined || place.text === '' ? undefined : parseUrl(place.text, place.item, reader);
  if (!parsed) return undefined;
  const { path, query } = defaults;
  if (path !== undefined && !parsed.pathname.endsWith(path)) parsed.pathname = `${parsed.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) if (!parsed.searchParams.has(name)) parsed.searchParams.set(name, value);
  return parsed;
}

function urlPlace(settings: ConnectionSettings, defaults: TargetDefaults, reader: SecretReader) {
  const { url, url_file: file, url_env: env } = settings;
  const given = [url, file, env].filter((value) => value !== undefined).length;
  if (given === 0 && defaults.url !== undefined) return { text: defaults.url, item: '' };
  if (given !== 1) reader.complain('', `needs ${given === 0 ? 'one' : 'only one'} of url, url_file and url_env`);
  if (given !== 1) return { text: undefined, item: '' };
  if (url !== undefined) {
    if (url === '') reader.complain('/url', 'is empty');
    return { text: url, item: '/url' };
  }
  return { text: reader.secretAt('/url', { file, env }), item: file === undefined ? '/url_env' : '/url_file' };
}

function parseUrl(text: string, item: string, reader: SecretReader): URL | undefined {
  const parsed = URL.parse(text);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) reader.complain(item, 'must be an http or https URL');
  else if (parsed.username !== '' || parsed.password !== '') reader.complain(item, 'must not hold a user and password: use basic_auth');
  else return parsed;
  return undefined;
}

function headersOf({ headers = {}, header_files: files = {} }: ConnectionSettings, reader: SecretReader): Record<string, string> {
  const fromFiles = Object.entries(files).map(
    ([name, file]) => [name, reader.file(`/header_files/${pointerPart(name)}`, file) ?? ''] as const,
  );
  const pairs = [
    ...Object.entries(headers).map(([name, value]) => ({ name, value, item: `/headers/${pointerPart(name)}` })),
    ...fromFiles.map(([name, value]) => ({ name, value, item: `/header_files/${pointerPart(name)}` })),
  ];
  const seen = new Set<string>();
  for (const { name, value, item } of pairs) {
    if (!HEADER_NAME.test(name)) reader.complain(item, 'is not the name of a header');
    else if (RESERVED.has(name.toLowerCase())) reader.complain(item, 'is a header that cannot be set here');
    else if (seen.has(name.toLowerCase())) reader.complain(item, 'is given twice');
    if (!HEADER_VALUE.test(value)) reader.complain(item, 'has a value with characters that a header cannot have');
    seen.add(name.toLowerCase());
  }
  return Object.fromEntries(pairs.map(({ name, value }) => [name.toLowerCase(), value]));
}

function authorizationOf(settings: ConnectionSettings, reader: SecretReader): Record<string, string> {
  const { basic_auth: basic, bearer_token_file: file, bearer_token_env: env, oauth2, sigv4 } = settings;
  const byHeader = Object.keys({ ...settings.headers, ...settings.header_files }).filter((name) => name.toLowerCase() === 'authorization');
  const ways = byHeader.length + [basic, file ?? env, oauth2, sigv4].filter((way) => way !== undefined).length;
  if (ways > 1) reader.complain('', 'has more than one Authorization');
  if (basic) {
    const place = { file: basic.password_file, env: basic.password_env };
    if (place.file === undefined && place.env === undefined) reader.complain('/basic_auth', 'needs password_file or password_env');
    const password = reader.secretAt('/basic_auth/password', place) ?? '';
    return { authorization: `Basic ${Buffer.from(`${basic.username}:${password}`).toString('base64')}` };
  }
  if (file === undefined && env === undefined) return {};
  const token = reader.secretAt('/bearer_token', { file, env }) ?? '';
  if (!HEADER_VALUE.test(token)) {
    reader.complain(file === undefined ? '/bearer_token_env' : '/bearer_token_file', 'has characters that a header cannot have');
  }
  return { authorization: `Bearer ${token}` };
}

function credentialsOf(settings: NonNullable<ConnectionSettings['oauth2']>, reader: SecretReader): ClientCredentials | undefined {
  const { token_url: tokenUrl, client_id: clientId, client_secret_file: file, client_secret_env: env, scopes, parameters } = settings;
  if (file === undefined && env === undefined) reader.complain('/oauth2', 'needs client_secret_file or client_secret_env');
  const clientSecret = reader.secretAt('/oauth2/client_secret', { file, env });
  const url = parseUrl(tokenUrl, '/oauth2/token_url', reader);
  return url && clientSecret !== undefined
    ? { url, clientId, clientSecret, scopes: scopes ?? [], parameters: parameters ?? {} }
    : undefined;
}
