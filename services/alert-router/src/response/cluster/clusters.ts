import { InvariantBroken } from '@whoran/kernel';
import type { ClusterAccess } from '@whoran/response';
import type { ClusterApi } from './cluster-api.ts';
import { openClusterApi } from './http-cluster-api.ts';

/** The API servers that responses may change, by the name of their cluster. */
export class Clusters {
  constructor(private readonly apis: ReadonlyMap<string, ClusterApi>) {}

  /** Opens all of them; nothing is asked yet. Throws ConfigInvalid. */
  static async open(clusters: ReadonlyMap<string, ClusterAccess>): Promise<Clusters> {
    const opened = await Promise.all(Array.from(clusters, async ([name, access]) => [name, await openClusterApi(name, access)] as const));
    return new Clusters(new Map(opened));
  }

  /** Throws InvariantBroken for a cluster that the response file does not have. */
  of(cluster: string | undefined): ClusterApi {
    const api = this.apis.get(cluster ?? '');
    if (!api) throw new InvariantBroken(`cluster "${cluster ?? ''}" is not in the response file any more`);
    return api;
  }

  close(): void {
    for (const api of this.apis.values()) api.close();
  }
}
