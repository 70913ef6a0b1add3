import { parseJson } from '@whoran/contracts';
import { type Clock, type Result, err, isRecord, ok } from '@whoran/kernel';
import type { Outcome } from '../output.ts';
import type { HttpClient } from './http-client.ts';
import type { ClientCredentials } from './http-target.ts';

/** A token is asked for anew this long before it ends, milliseconds; and after this long when its end is not said. */
const EARLY = 30_000;
const USUAL_LIFE = 300_000;

type Failure = Exclude<Outcome, { readonly kind: 'delivered' }>;

/** Gets access tokens with client credentials (RFC 6749, 4.4), one for all who ask at the same time, and keeps each while it lasts. */
export class TokenSource {
  private kept: { readonly token: string; readonly until: number } | undefined;
  private asking: Promise<Result<string, Failure>> | undefined;

  constructor(
    private readonly credentials: ClientCredentials,
    private readonly client: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** A token that should be good now. */
  async token(signal: AbortSignal): Promise<Result<string, Failure>> {
    if (this.kept && this.clock.now() < this.kept.until) return ok(this.kept.token);
    this.asking ??= this.ask(signal).finally(() => (this.asking = undefined));
    return await this.asking;
  }

  /** Forgets a token that was not accepted. */
  forget(token: string): void {
    if (this.kept?.token === token) this.kept = undefined;
  }

  private async ask(signal: AbortSignal): Promise<Result<string, Failure>> {
    const { url, clientId, clientSecret, scopes, parameters } = this.credentials;
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
    const sent = { method: 'POST', url, headers, body: form.toString(), signal } as const;
    const { outcome, body = '' } = await this.client.send(sent, { read: true });
    if (outcome.kind !== 'delivered') return err({ ...outcome, error: `no access token: ${outcome.error}` });
    return this.keep(body) ?? err({ kind: 'retry', error: this.client.explain(sent, 'answered without an access token') });
  }

  private keep(body: string): Result<string, Failure> | undefined {
    const answer = parseJson(body);
    if (!answer.ok || !isRecord(answer.value)) return undefined;
    const { access_token: token, expires_in: seconds } = answer.value;
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined;
    const life = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : USUAL_LIFE;
    this.kept = { token, until: this.clock.now() + Math.max(life - EARLY, life / 2) };
    return ok(token);
  }
}
