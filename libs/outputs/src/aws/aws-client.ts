import type { Clock } from '@whoran/kernel';
import { type HttpAnswer, HttpClient } from '../http/http-client.ts';
import type { Outcome } from '../output.ts';
import type { AwsTarget } from './aws-target.ts';
import { CredentialSource } from './credential-source.ts';
import { signed } from './sigv4.ts';

/** A request to a service, before it is signed. */
export interface AwsRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: URL;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Codes with which services answer 400 although the same request may succeed later. */
const PASSING =
  /\b(Throttl\w*|RequestLimitExceeded|TooManyRequests\w*|KmsThrottled\w*|KMSThrottling\w*|RequestThrottled|SlowDown|RequestTimeout|InternalError|ServiceUnavailable)\b/;
/** Temporary credentials ended, or the clocks differ. */
const ENDED = /\b(ExpiredToken\w*|TokenRefreshRequired|RequestExpired)\b/;

/** Sends signed requests to one service. Every failure is an outcome. */
export class AwsClient {
  private readonly client: HttpClient;
  private readonly credentials: CredentialSource;

  constructor(
    private readonly target: AwsTarget,
    private readonly clock: Clock,
    connections: number,
  ) {
    const { endpoint: url, timeout, tls, secrets } = target;
    this.client = new HttpClient({ url, headers: {}, timeout, tls, secrets }, clock, connections);
    this.credentials = new CredentialSource(target.credentials, this.client, clock);
  }

  async send(request: AwsRequest): Promise<Outcome> {
    const first = await this.attempt(request);
    if (first.outcome.kind === 'delivered' || !ENDED.test(first.body ?? '')) return judged(first);
    this.credentials.forget();
    return judged(await this.attempt(request));
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async attempt({ signal, ...request }: AwsRequest): Promise<HttpAnswer> {
    const credentials = await this.credentials.get(signal);
    if (!credentials.ok) return { outcome: credentials.error };
    const { service, region } = this.target;
    const headers = signed(request, credentials.value, { service, region, now: this.clock.now() });
    return await this.client.send({ ...request, headers: { ...headers, 'user-agent': 'whoran' }, signal }, { read: true });
  }
}

function judged({ outcome, body = '' }: HttpAnswer): Outcome {
  const passing = PASSING.test(body) || ENDED.test(body);
  return outcome.kind === 'refused' && passing ? { kind: 'retry', error: outcome.error } : outcome;
}
