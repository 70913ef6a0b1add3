import { parseJson } from '@whoran/contracts';
import { type Clock, type Result, isRecord, ok } from '@whoran/kernel';
import type { HttpClient } from '../http/http-client.ts';
import { type Kept, KeptSecret, type SecretFailure, type SecretPlace } from '../http/kept-secret.ts';
import type { AwsCredentials } from './sigv4.ts';

/** Where credentials come from: they are given, or asked for in exchange for a token. */
export type CredentialPlace =
  | { readonly kind: 'given'; readonly credentials: AwsCredentials }
  | { readonly kind: 'role'; readonly url: URL; readonly roleArn: string; readonly token: string }
  | { readonly kind: 'container'; readonly url: URL; readonly token: string | undefined };

/** Temporary credentials are asked for anew this long before they end, milliseconds. */
const EARLY = 300_000;

/** Gets credentials, once for all who ask at the same time, and keeps temporary ones while they last. */
export class CredentialSource {
  private readonly source: AwsCredentials | KeptSecret<AwsCredentials>;

  constructor(place: CredentialPlace, client: HttpClient, clock: Clock) {
    this.source = place.kind === 'given' ? place.credentials : new KeptSecret(secretAt(place), client, clock);
  }

  /** Credentials that should be good now. */
  async get(signal: AbortSignal): Promise<Result<AwsCredentials, SecretFailure>> {
    return this.source instanceof KeptSecret ? await this.source.get(signal) : ok(this.source);
  }

  /** Forgets credentials that were said to have ended. */
  forget(): void {
    if (this.source instanceof KeptSecret) this.source.forget();
  }
}

function secretAt(place: Exclude<CredentialPlace, { kind: 'given' }>): SecretPlace<AwsCredentials> {
  const name = ['credentials', 'credentials'] as const;
  return place.kind === 'role'
    ? { name, request: () => roleRequest(place), read: readXml }
    : { name, request: () => containerRequest(place), read: readJson };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html; it is not signed. */
function roleRequest({ url, roleArn, token }: Extract<CredentialPlace, { kind: 'role' }>) {
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'whoran',
    WebIdentityToken: token,
  });
  return { method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() } as const;
}

function containerRequest({ url, token }: Extract<CredentialPlace, { kind: 'container' }>) {
  return { method: 'GET', url, headers: token === undefined ? {} : { authorization: token }, body: null } as const;
}

function readXml(text: string): Kept<AwsCredentials> | undefined {
  const read = (name: string): string | undefined => new RegExp(`<${name}>([^<]{1,8192})</${name}>`).exec(text)?.[1];
  return keep(read('AccessKeyId'), read('SecretAccessKey'), read('SessionToken'), read('Expiration'));
}

function readJson(text: string): Kept<AwsCredentials> | undefined {
  const answer = parseJson(text);
  if (!answer.ok || !isRecord(answer.value)) return undefined;
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token, Expiration: end } = answer.value;
  return keep(id, secret, token, end);
}

function keep(accessKeyId: unknown, secretAccessKey: unknown, sessionToken: unknown, end: unknown): Kept<AwsCredentials> | undefined {
  const ends = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken !== 'string') return undefined;
  if (!/^[\x21-\x7e]+$/.test(sessionToken + accessKeyId) || Number.isNaN(ends)) return undefined;
  return { secret: { accessKeyId, secretAccessKey, sessionToken }, until: ends - EARLY };
}
