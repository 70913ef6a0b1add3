import type { KnownPod } from './known-pod.ts';

/** What became of a question about a pod; the label of a metric. */
export type LookupResult = 'cached' | 'fetched' | 'not-found' | 'timeout' | 'busy' | 'error';

/** Knows the pods of the cluster. An exec waits for the answer: it comes within the set time, and never as an error. */
export abstract class PodFacts {
  abstract find(namespace: string, pod: string): Promise<KnownPod | undefined>;
}

/** Works without a cluster: knows no pod. */
export class NoPodFacts extends PodFacts {
  override async find(): Promise<undefined> {
    return undefined;
  }
}
