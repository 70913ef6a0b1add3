import { type Clock, type Millis, type Result, err, ok } from '@whoran/kernel';
import type { Outcome } from '../output.ts';
import type { HttpClient, HttpRequest } from './http-client.ts';

/** Why a secret cannot be had. */
export type SecretFailure = Exclude<Outcome, { readonly kind: 'delivered' }>;

/** A secret, and when it is to be asked for anew. */
export interface Kept<T> {
  readonly secret: T;
  readonly until: Millis;
}

/** How a secret is asked for. */
export interface SecretPlace<T> {
  /** What is asked for, in words, for errors: without and with its article. */
  readonly name: readonly [plain: string, withArticle: string];
  readonly request: () => Omit<HttpRequest, 'signal'>;
  /** Nothing if the answer's body holds no secret. */
  readonly read: (body: string) => Kept<T> | undefined;
}

/** A secret that ends: asked for once by all who need it at the same time, and kept while it lasts. */
export class KeptSecret<T> {
  private kept: Kept<T> | undefined;
  private asking: Promise<Result<T, SecretFailure>> | undefined;

  constructor(
    private readonly place: SecretPlace<T>,
    private readonly client: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** One that should be good now. */
  async get(signal: AbortSignal): Promise<Result<T, SecretFailure>> {
    if (this.kept && this.clock.now() < this.kept.until) return ok(this.kept.secret);
    this.asking ??= this.ask(signal).finally(() => (this.asking = undefined));
    return await this.asking;
  }

  /** Forgets the secret, if it is one of those meant. */
  forget(isMeant: (secret: T) => boolean = () => true): void {
    if (this.kept && isMeant(this.kept.secret)) this.kept = undefined;
  }

  private async ask(signal: AbortSignal): Promise<Result<T, SecretFailure>> {
    const [name, withArticle] = this.place.name;
    const sent = { ...this.place.request(), signal };
    const { outcome, body = '' } = await this.client.send(sent, { read: true });
    if (outcome.kind !== 'delivered') return err({ ...outcome, error: `no ${name}: ${outcome.error}` });
    this.kept = this.place.read(body);
    if (!this.kept) return err({ kind: 'retry', error: this.client.explain(sent, `answered without ${withArticle}`) });
    return ok(this.kept.secret);
  }
}
