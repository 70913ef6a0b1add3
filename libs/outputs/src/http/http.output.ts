import type { Notification } from '@whoran/contracts';
import { type Clock, type Millis, type Result, messageOf } from '@whoran/kernel';
import { type Outcome, Output, type SendContext } from '../output.ts';
import { Batcher, worstOf } from './batcher.ts';
import { bulkOutcomes } from './bulk-answer.ts';
import { type HttpAnswer, HttpClient } from './http-client.ts';
import type { HttpTarget } from './http-target.ts';
import { type Item, type Packed, type RequestPlan, itemsOf, packItems } from './request-plan.ts';
import { RequestSigner, type Signing } from './request-signer.ts';
import { TokenSource } from './token-source.ts';

/** All that makes a receiver over HTTP. */
export interface HttpOutputParts {
  readonly kind: string;
  readonly target: HttpTarget;
  readonly plan: RequestPlan;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly contentType: string;
  readonly successCodes?: readonly number[];
  /** Whether the answer of a success is Elasticsearch's to a bulk request. */
  readonly bulk: boolean;
  readonly batch?: { readonly size: number; readonly wait: Millis };
  readonly signing?: Signing;
  readonly clock: Clock;
  readonly concurrency: number;
}

/** A receiver over HTTP: what it sends is data. */
export class HttpOutput extends Output {
  readonly kind: string;
  readonly timeout: Millis;
  private readonly client: HttpClient;
  private readonly tokens: TokenSource | undefined;
  private readonly signer: RequestSigner | undefined;
  private readonly batcher: Batcher | undefined;

  constructor(private readonly parts: HttpOutputParts) {
    super();
    const { kind, target, clock, concurrency, batch, signing } = parts;
    this.kind = kind;
    this.timeout = target.timeout + (batch?.wait ?? 0);
    this.client = new HttpClient(target, clock, concurrency);
    this.tokens = target.oauth2 ? new TokenSource(target.oauth2, this.client, clock) : undefined;
    this.signer = signing ? new RequestSigner(signing, this.client, clock) : undefined;
    this.batcher = batch ? new Batcher(batch, clock, (items, signal) => this.sendItems(items, signal)) : undefined;
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    let items: readonly Item[];
    try {
      items = itemsOf(notification, this.parts.plan);
    } catch (error) {
      return { kind: 'refused', error: `the request cannot be made: ${messageOf(error)}` };
    }
    return this.batcher ? await this.batcher.send(items, signal) : worstOf(await this.sendItems(items, signal));
  }

  override async close(): Promise<void> {
    await this.batcher?.drain();
    await this.client.close();
  }

  /** One request after the other; what comes after one that must be tried again is not sent, for it would be sent again too. */
  private async sendItems(items: readonly Item[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const outcomes = new Array<Outcome>(items.length).fill({ kind: 'retry', error: 'another request had to be tried again first' });
    for (const packed of packItems(items, this.parts.plan)) {
      const made = await this.request(packed, signal);
      for (const [index, outcome] of made.entries()) outcomes[packed.items[index] ?? 0] = outcome;
      if (made.some(({ kind }) => kind === 'retry')) break;
    }
    return outcomes;
  }

  private async request({ key, body, items }: Packed, signal: AbortSignal): Promise<readonly Outcome[]> {
    const { bulk, plan } = this.parts;
    const answer = await this.authorized(key, body, signal);
    const all = items.map(() => answer.outcome);
    if (!bulk || answer.outcome.kind !== 'delivered' || plan.join === undefined) return all;
    return bulkOutcomes(answer.body ?? '', items.length).map((outcome) => this.explained(outcome));
  }

  private async authorized(key: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
    if (!this.tokens) return await this.post({ key, body, signal });
    const token = await this.tokens.token(signal);
    if (!token.ok) return { outcome: token.error };
    const answer = await this.post({ key, body, signal, token: token.value });
    if (answer.status !== 401) return answer;
    this.tokens.forget(token.value);
    const another: Result<string, Outcome> = await this.tokens.token(signal);
    return another.ok ? await this.post({ key, body, signal, token: another.value }) : { outcome: another.error };
  }

  private async post(sent: {
    readonly key: string;
    readonly body: string;
    readonly signal: AbortSignal;
    readonly token?: string;
  }): Promise<HttpAnswer> {
    const { target, method, contentType, successCodes, bulk } = this.parts;
    const { key, body, signal, token } = sent;
    const headers = {
      'content-type': contentType,
      'user-agent': 'whoran',
      ...target.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'idempotency-key': key,
    };
    const request = { method, url: target.url, headers, body };
    const signed = await this.signer?.sign(request, signal);
    if (signed?.ok === false) return { outcome: signed.error };
    const answer = await this.client.send(
      { ...request, headers: signed?.value ?? headers, signal },
      { ...(successCodes ? { codes: successCodes } : {}), read: bulk },
    );
    if (answer.status === 403) this.signer?.forget();
    return answer;
  }

  /** What a service says of an item is foreign text as well. */
  private explained(outcome: Outcome): Outcome {
    if (outcome.kind === 'delivered') return outcome;
    const { method, target } = this.parts;
    return { ...outcome, error: this.client.explain({ method, url: target.url, headers: target.headers }, outcome.error) };
  }
}
