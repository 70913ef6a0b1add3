import { parseJson } from '@whoran/contracts';
import { type Clock, type Millis, type Result, err, isRecord, ok } from '@whoran/kernel';
import type { HttpClient } from '../http/http-client.ts';
import type { Outcome } from '../output.ts';
import type { AwsCredentials } from './sigv4.ts';

/** Where credentials come from: they are given, or asked for in exchange for a token. */
export type CredentialPlace =
  | { readonly kind: 'given'; readonly credentials: AwsCredentials }
  | { readonly kind: 'role'; readonly url: URL; readonly roleArn: string; readonly token: string }
  | { readonly kind: 'container'; readonly url: URL; readonly token: string | undefined };

type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>;
type Kept = { readonly credentials: AwsCredentials; readonly until: Millis };

/** Temporary credentials are asked for anew this long before they end, milliseconds. */
const EARLY = 300_000;

/** Gets credentials, once for all who ask at the same time, and keeps temporary ones while they last. */
export class CredentialSource {
  private kept: Kept | undefined;
  private asking: Promise<Result<AwsCredentials, Failure>> | undefined;

  constructor(
    private readonly place: CredentialPlace,
    private readonly client: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** Credentials that should be good now. */
  async get(signal: AbortSignal): Promise<Result<AwsCredentials, Failure>> {
    const { place } = this;
    if (place.kind === 'given') return ok(place.credentials);
    if (this.kept && this.clock.now() < this.kept.until) return ok(this.kept.credentials);
    this.asking ??= this.ask(place, signal).finally(() => (this.asking = undefined));
    return await this.asking;
  }

  /** Forgets credentials that were said to have ended. */
  forget(): void {
    this.kept = undefined;
  }

  private async ask(place: Exclude<CredentialPlace, { kind: 'given' }>, signal: AbortSignal): Promise<Result<AwsCredentials, Failure>> {
    const sent = { ...(place.kind === 'role' ? roleRequest(place) : containerRequest(place)), signal };
    const { outcome, body = '' } = await this.client.send(sent, { read: true });
    if (outcome.kind !== 'delivered') return err({ ...outcome, error: `no credentials: ${outcome.error}` });
    this.kept = place.kind === 'role' ? readXml(body) : readJson(body);
    if (!this.kept) return err({ kind: 'retry', error: this.client.explain(sent, 'answered without credentials') });
    return ok(this.kept.credentials);
  }
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

function readXml(text: string): Kept | undefined {
  const read = (name: string): string | undefined => new RegExp(`<${name}>([^<]{1,8192})</${name}>`).exec(text)?.[1];
  return keep(read('AccessKeyId'), read('SecretAccessKey'), read('SessionToken'), read('Expiration'));
}

function readJson(text: string): Kept | undefined {
  const answer = parseJson(text);
  if (!answer.ok || !isRecord(answer.value)) return undefined;
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token, Expiration: end } = answer.value;
  return keep(id, secret, token, end);
}

function keep(accessKeyId: unknown, secretAccessKey: unknown, sessionToken: unknown, end: unknown): Kept | undefined {
  const ends = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken !== 'string') return undefined;
  if (!/^[\x21-\x7e]+$/.test(sessionToken + accessKeyId) || Number.isNaN(ends)) return undefined;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, until: ends - EARLY };
}
