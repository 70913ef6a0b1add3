import { createSecureContext } from 'node:tls';
import { type Issue, type Millis, type Result, err, messageOf, ok, parseDuration } from '@whoran/kernel';
import type { WebhookSettings } from './webhook.config.ts';

const DEFAULT_TIMEOUT = 10_000;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;
/** Headers that belong to the connection or are ours; a wrong one would break every request. */
const RESERVED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Where a webhook goes, with everything that its files said. */
export interface WebhookTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Millis;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  /** Texts that must not appear in what we say about this receiver. */
  readonly secrets: readonly string[];
}

type ReadFile = (path: string) => Result<string, string>;

/** Reads the settings' files and checks what they say. Reports every problem at once, by JSON pointer, never a value. */
export function webhookTarget(settings: WebhookSettings, readFile: ReadFile): Result<WebhookTarget, readonly Issue[]> {
  const reader = new Reader(readFile);
  const url = reader.url(settings);
  const headers = { ...reader.headers(settings), ...reader.authorization(settings) };
  const tls = reader.tls(settings.tls ?? {});
  if (!url || reader.issues.length > 0) return err(reader.issues);
  const secrets = [...secretsOf(url), ...Object.values(headers), ...reader.secrets];
  return ok({ url, headers, timeout: parseDuration(settings.timeout ?? '') ?? DEFAULT_TIMEOUT, tls, secrets });
}

function secretsOf(url: URL): string[] {
  return [url.pathname + url.search, url.pathname, url.search, ...url.pathname.split('/'), ...url.searchParams.values()].filter(
    (part) => part !== '',
  );
}

class Reader {
  readonly issues: Issue[] = [];
  readonly secrets: string[] = [];

  constructor(private readonly readFile: ReadFile) {}

  url(settings: WebhookSettings): URL | undefined {
    const { url, url_file: file } = settings;
    if ((url === undefined) === (file === undefined)) {
      this.complain('', 'needs either url or url_file');
      return undefined;
    }
    const item = file === undefined ? '/url' : '/url_file';
    const text = url ?? this.file(item, file);
    if (text === undefined) return undefined;
    const parsed = URL.parse(text);
    if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) this.complain(item, 'must be an http or https URL');
    else if (parsed.username !== '' || parsed.password !== '') this.complain(item, 'must not hold a user and password: use basic_auth');
    else return parsed;
    return undefined;
  }

  headers({ headers = {}, header_files: files = {} }: WebhookSettings): Record<string, string> {
    const fromFiles = Object.entries(files).map(([name, file]) => [name, this.file(`/header_files/${pointer(name)}`, file) ?? ''] as const);
    const pairs = [
      ...Object.entries(headers).map(([name, value]) => ({ name, value, item: `/headers/${pointer(name)}` })),
      ...fromFiles.map(([name, value]) => ({ name, value, item: `/header_files/${pointer(name)}` })),
    ];
    const seen = new Set<string>();
    for (const { name, value, item } of pairs) {
      if (!HEADER_NAME.test(name)) this.complain(item, 'is not the name of a header');
      else if (RESERVED.has(name.toLowerCase())) this.complain(item, 'is a header that cannot be set here');
      else if (seen.has(name.toLowerCase())) this.complain(item, 'is given twice');
      if (!HEADER_VALUE.test(value)) this.complain(item, 'has a value with characters that a header cannot have');
      seen.add(name.toLowerCase());
    }
    return Object.fromEntries(pairs.map(({ name, value }) => [name.toLowerCase(), value]));
  }

  authorization(settings: WebhookSettings): Record<string, string> {
    const { basic_auth: basic, bearer_token_file: bearer } = settings;
    const given = [...Object.keys({ ...settings.headers, ...settings.header_files })].filter(
      (name) => name.toLowerCase() === 'authorization',
    ).length;
    if (given + (basic ? 1 : 0) + (bearer === undefined ? 0 : 1) > 1) this.complain('', 'has more than one Authorization');
    if (basic) {
      const password = this.file('/basic_auth/password_file', basic.password_file) ?? '';
      this.secrets.push(password);
      return { authorization: `Basic ${Buffer.from(`${basic.username}:${password}`).toString('base64')}` };
    }
    if (bearer === undefined) return {};
    const token = this.file('/bearer_token_file', bearer) ?? '';
    if (!HEADER_VALUE.test(token)) this.complain('/bearer_token_file', 'has characters that a header cannot have');
    this.secrets.push(token);
    return { authorization: `Bearer ${token}` };
  }

  tls(tls: NonNullable<WebhookSettings['tls']>): WebhookTarget['tls'] {
    if ((tls.cert_file === undefined) !== (tls.key_file === undefined)) this.complain('/tls', 'needs cert_file and key_file together');
    const ca = this.file('/tls/ca_file', tls.ca_file);
    const cert = this.file('/tls/cert_file', tls.cert_file);
    const key = this.file('/tls/key_file', tls.key_file);
    const pem = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
    try {
      createSecureContext(pem);
    } catch (error) {
      this.complain('/tls', `cannot be used: ${messageOf(error)}`);
    }
    return { ...pem, ...(tls.server_name === undefined ? {} : { servername: tls.server_name }) };
  }

  private file(item: string, path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    const text = this.readFile(path);
    if (text.ok) return text.value;
    this.complain(item, text.error);
    return undefined;
  }

  private complain(item: string, message: string): void {
    this.issues.push({ code: 'invalid-receiver', item, message });
  }
}

/** Escapes one part of a JSON pointer. */
function pointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
