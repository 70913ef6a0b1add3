import type { CoreV1Api, ObservableMiddleware, Observable as ObservableClass } from '@kubernetes/client-node';
import { type Clock, ConfigInvalid, type Logger, messageOf } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import { FetchingPodFacts, type FetchPod } from './fetching-pod-facts.ts';
import { readPod } from './known-pod.ts';
import { MemoryPodFacts } from './memory-pod-facts.ts';
import type { LookupResult, PodFacts } from './pod-facts.ts';
import { watchPods } from './watch-pods.ts';

/** Look-ups at once: each costs the API server a read. */
const IN_FLIGHT = 32;

/** How the cluster is reached. */
export interface KubernetesPodFactsOptions {
  /** A kubeconfig file; without one, the service account of the pod that we run in. */
  readonly kubeconfig?: string;
  readonly limit: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly onLookup: (result: LookupResult) => void;
}

/** Pods of the cluster: watched, and looked up once on a miss. Needs `get`, `list` and `watch` on pods. Throws ConfigInvalid. */
export async function openKubernetesPodFacts(options: KubernetesPodFactsOptions): Promise<PodFacts> {
  const { clock, logger, shutdown, limit, onLookup } = options;
  // Loaded here: the client is large, and most runs without a cluster do not need it.
  const { CoreV1Api, KubeConfig, Observable } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (options.kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(options.kubeconfig);
  } catch (error) {
    throw new ConfigInvalid(
      `${options.kubeconfig ?? 'the service account of this pod'} cannot be used to reach the cluster: ${messageOf(error)}`,
    );
  }
  const api = config.makeApiClient(CoreV1Api);
  const pods = new MemoryPodFacts();
  await watchPods({ config, api, pods, clock, logger, shutdown });
  return new FetchingPodFacts({ cache: pods, fetch: fetchFrom(api, Observable), clock, limit, inFlight: IN_FLIGHT, onLookup });
}

function fetchFrom(api: CoreV1Api, Observable: typeof ObservableClass): FetchPod {
  // The client has no option for a signal; a middleware is its way to reach the request.
  const abortedBy = (signal: AbortSignal): ObservableMiddleware => ({
    pre: (context) => {
      context.setSignal(signal);
      return new Observable(Promise.resolve(context));
    },
    post: (response) => new Observable(Promise.resolve(response)),
  });
  return async (namespace, name, signal) => {
    try {
      return readPod(
        await api.readNamespacedPod({ namespace, name }, { middleware: [abortedBy(signal)], middlewareMergeStrategy: 'append' }),
      );
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}

function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 404;
}
