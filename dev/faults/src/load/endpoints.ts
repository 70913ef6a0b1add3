import type { Dispatcher } from 'undici';

/** Where the load goes now: instances come and go, so it is asked for every request. */
export interface Endpoints {
  /** The path with its secret, at which the API server of a cluster calls the webhook. */
  webhook(cluster: string): string;
  audit(cluster: string): string;
  falco(cluster: string): string;
  /** What ingesters want to see as a bearer token of a cluster. */
  ingestToken(cluster: string): string;
  /** Keeps connections, and trusts the certificate of the webhook. */
  readonly dispatcher: Dispatcher;
}

/** An answer, or why there was none. */
export type Posted = { readonly status: number; readonly body: string; readonly retryAfter: number } | { readonly failed: string };
