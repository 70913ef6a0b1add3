import type { Millis } from '@whoran/kernel';
import { type ContainerRecord, podOf } from './process-record.ts';

const NONE: ReadonlySet<ContainerRecord> = new Set();

/** The containers of pods, once Falco has named them. */
export class ContainerBook {
  private readonly byPod = new Map<string, Set<ContainerRecord>>();

  /** Enters a container if its pod is known. */
  enter(container: ContainerRecord): void {
    const pod = podOf(container);
    if (pod !== undefined) this.byPod.set(pod, (this.byPod.get(pod) ?? new Set()).add(container));
  }

  /** The containers of a pod, `namespace/name`. */
  of(pod: string): ReadonlySet<ContainerRecord> {
    return this.byPod.get(pod) ?? NONE;
  }

  /** Forgets empty containers whose last event arrived before a time. */
  forget(before: Millis): void {
    for (const [pod, containers] of this.byPod) {
      for (const container of containers) if (container.members.size === 0 && container.lastSeen < before) containers.delete(container);
      if (containers.size === 0) this.byPod.delete(pod);
    }
  }
}
