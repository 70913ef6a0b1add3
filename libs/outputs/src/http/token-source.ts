import { parseJson } from '@whoran/contracts';
import { type Clock, type Result, isRecord } from '@whoran/kernel';
import type { HttpClient } from './http-client.ts';
import type { ClientCredentials } from './http-target.ts';
import { type Kept, KeptSecret, type SecretFailure } from './kept-secret.ts';

/** A token is asked for anew this long before it ends, milliseconds; and after this long when its end is not said. */
const EARLY = 30_000;
const USUAL_LIFE = 300_000;

/** Gets access tokens with client credentials (RFC 6749, 4.4), one for all who ask at the same time, and keeps each while it lasts. */
export class TokenSource {
  private readonly kept: KeptSecret<string>;

  constructor(credentials: ClientCredentials, client: HttpClient, clock: Clock) {
    const request = () => tokenRequest(credentials);
    const read = (body: string) => readToken(body, clock);
    this.kept = new KeptSecret({ name: ['access token', 'an access token'], request, read }, client, clock);
  }

  /** A token that should be good now. */
  token(signal: AbortSignal): Promise<Result<string, SecretFailure>> {
    return this.kept.get(signal);
  }

  /** Forgets a token that was not accepted. */
  forget(token: string): void {
    this.kept.forget((kept) => kept === token);
  }
}

function tokenRequest({ url, clientId, clientSecret, scopes, parameters }: ClientCredentials) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    ...parameters,
  });
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'user-agent': 'whoran',
    authorization: `Basic ${basic}`,
  };
  return { method: 'POST', url, headers, body: form.toString() } as const;
}

function readToken(body: string, clock: Clock): Kept<string> | undefined {
  const answer = parseJson(body);
  if (!answer.ok || !isRecord(answer.value)) return undefined;
  const { access_token: token, expires_in: seconds } = answer.value;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined;
  const life = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : USUAL_LIFE;
  return { secret: token, until: clock.now() + Math.max(life - EARLY, life / 2) };
}
