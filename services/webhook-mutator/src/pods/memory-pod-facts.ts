import type { KnownPod } from './known-pod.ts';
import { PodFacts } from './pod-facts.ts';

/** Pods in memory, at most `capacity` of them; further ones are not remembered. */
export class MemoryPodFacts extends PodFacts {
  private readonly pods = new Map<string, KnownPod>();

  constructor(private readonly capacity = 200_000) {
    super();
  }

  override async find(namespace: string, pod: string): Promise<KnownPod | undefined> {
    return this.pods.get(`${namespace}/${pod}`);
  }

  set(namespace: string, name: string, pod: KnownPod): void {
    const key = `${namespace}/${name}`;
    if (this.pods.size < this.capacity || this.pods.has(key)) this.pods.set(key, pod);
  }

  delete(namespace: string, name: string): void {
    this.pods.delete(`${namespace}/${name}`);
  }

  size(): number {
    return this.pods.size;
  }
}
