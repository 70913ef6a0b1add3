import type { ExecSession } from '@whoran/contracts';
import type { ClusterLineage } from './cluster-lineage.ts';
import type { Observation } from './observation.ts';

/** Facts taken in since the last commit; decisions follow from them and are not stored. */
export interface NewFacts {
  readonly reports: readonly ExecSession[];
  readonly observations: readonly { readonly node: string; readonly seen: Observation }[];
}

/**
 * Where facts live beyond the process. A cluster is opened once by each resolver; facts are committed before the events
 * that rest on them are emitted. Committing the same facts again changes nothing. Throws DependencyUnavailable.
 */
export abstract class LineageStore {
  abstract open(cluster: string, empty: () => ClusterLineage): Promise<ClusterLineage>;
  abstract commit(cluster: string, facts: NewFacts): Promise<void>;
}

/** Facts live as long as this object: a resolver that is started again with it knows what the last one knew. */
export class MemoryLineageStore extends LineageStore {
  private readonly clusters = new Map<string, ClusterLineage>();

  override async open(cluster: string, empty: () => ClusterLineage): Promise<ClusterLineage> {
    const known = this.clusters.get(cluster) ?? empty();
    this.clusters.set(cluster, known);
    return known;
  }

  override async commit(): Promise<void> {}
}
