import type { Clock } from '@whoran/kernel';
import type { KnownPod } from './known-pod.ts';
import { type LookupResult, PodFacts } from './pod-facts.ts';

/** Asks the API server for one pod; nothing when it does not exist. Rejects when it cannot be asked. */
export type FetchPod = (namespace: string, pod: string, signal: AbortSignal) => Promise<KnownPod | undefined>;

/** How misses are treated. */
export interface FetchingOptions {
  readonly cache: PodFacts;
  readonly fetch: FetchPod;
  readonly clock: Clock;
  /** The longest that an exec waits for a look-up, milliseconds. */
  readonly limit: number;
  /** Look-ups at once; beyond that an exec goes on without. */
  readonly inFlight: number;
  readonly onLookup: (result: LookupResult) => void;
}

/** Pods from a cache, with one bounded look-up on a miss: a pod may be a moment older than our watch. */
export class FetchingPodFacts extends PodFacts {
  private running = 0;

  constructor(private readonly options: FetchingOptions) {
    super();
  }

  override async find(namespace: string, pod: string): Promise<KnownPod | undefined> {
    const { cache, inFlight, onLookup } = this.options;
    const known = await cache.find(namespace, pod);
    if (known || this.running >= inFlight) {
      onLookup(known ? 'cached' : 'busy');
      return known;
    }
    this.running += 1;
    try {
      return await this.lookUp(namespace, pod);
    } finally {
      this.running -= 1;
    }
  }

  private async lookUp(namespace: string, pod: string): Promise<KnownPod | undefined> {
    const { fetch, clock, limit, onLookup } = this.options;
    const controller = new AbortController();
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.schedule(limit, () => {
        controller.abort();
        resolve('late');
      });
    });
    try {
      const found = await Promise.race([fetch(namespace, pod, controller.signal), late]);
      onLookup(found === 'late' ? 'timeout' : found ? 'fetched' : 'not-found');
      return found === 'late' ? undefined : found;
    } catch {
      onLookup('error'); // counted; an exec does not fail because the API server is busy
      return undefined;
    } finally {
      cancel();
    }
  }
}
