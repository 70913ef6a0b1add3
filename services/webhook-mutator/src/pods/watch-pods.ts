import type { CoreV1Api, KubeConfig, KubernetesListObject, V1Pod } from '@kubernetes/client-node';
import { type Clock, type Logger, messageOf } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import { readPod } from './known-pod.ts';
import type { MemoryPodFacts } from './memory-pod-facts.ts';

/** Pods a page: a large cluster's list would otherwise be hundreds of megabytes at once. */
const PAGE = 500;
/** Milliseconds before the watch is tried again after an error. */
const RETRY = 5000;

/** What the watch of pods needs. */
export interface WatchPodsOptions {
  readonly config: KubeConfig;
  readonly api: CoreV1Api;
  readonly pods: MemoryPodFacts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

/** Keeps the pods of a cluster in memory, from a list and a watch. Errors are logged and tried again for ever. */
export async function watchPods({ config, api, pods, clock, logger, shutdown }: WatchPodsOptions): Promise<void> {
  const { makeInformer } = await import('@kubernetes/client-node');
  const take = (pod: V1Pod) => keepEssence(pod, pods);
  const informer = makeInformer<V1Pod>(config, '/api/v1/pods', () => listPods(api, take));
  let stopped = false;
  const start = () => void informer.start().catch(retry);
  const retry = (error: unknown) => {
    if (stopped) return;
    logger.warn('pods.watch-failed', { error: messageOf(error) });
    clock.schedule(RETRY, () => (stopped ? undefined : start()));
  };
  informer.on('add', take);
  informer.on('update', take);
  informer.on('delete', ({ metadata }) => pods.delete(metadata?.namespace ?? '', metadata?.name ?? ''));
  informer.on('error', retry);
  start();
  shutdown.add('pods-watch', async () => {
    stopped = true;
    await informer.stop();
  });
}

async function listPods(api: CoreV1Api, take: (pod: V1Pod) => void): Promise<KubernetesListObject<V1Pod>> {
  const first = await api.listPodForAllNamespaces({ limit: PAGE });
  const items = first.items;
  items.forEach(take);
  for (let next = first.metadata?._continue; next;) {
    const page = await api.listPodForAllNamespaces({ limit: PAGE, _continue: next });
    page.items.forEach(take);
    items.push(...page.items);
    next = page.metadata?._continue;
  }
  return first;
}

/** Remembers what we need, and empties the object: the informer keeps it, of 10 kB and more each. */
function keepEssence(pod: V1Pod, pods: MemoryPodFacts): void {
  if (!pod.spec) return; // emptied before
  const { name = '', namespace = '', resourceVersion = '' } = pod.metadata ?? {};
  pods.set(namespace, name, readPod(pod));
  delete pod.spec;
  delete pod.status;
  pod.metadata = { name, namespace, resourceVersion };
}
