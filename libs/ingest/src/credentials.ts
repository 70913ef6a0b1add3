import { hash, timingSafeEqual } from 'node:crypto';

/** How a caller says who it is. */
export interface Caller {
  readonly token?: string;
  /** Common name of a client certificate that was verified. */
  readonly commonName?: string;
}

/** What one cluster's senders may show. Tokens are kept as SHA-256 digests only. */
export interface ClusterSenders {
  readonly tokenDigests: readonly Buffer[];
  readonly commonNames: readonly string[];
}

/** other-cluster: the caller is known, but may send for another cluster only. */
export type Admission = 'admitted' | 'unknown' | 'other-cluster';

/** Who may send for which cluster. */
export class Credentials {
  constructor(private readonly clusters: ReadonlyMap<string, ClusterSenders>) {}

  /** Decides in the same time for every wrong token of a cluster. */
  admit(cluster: string, caller: Caller): Admission {
    const digest = caller.token === undefined ? undefined : digestOf(caller.token);
    const own = this.clusters.get(cluster);
    if (own && knows(own, digest, caller.commonName)) return 'admitted';
    for (const senders of this.clusters.values()) if (knows(senders, digest, caller.commonName)) return 'other-cluster';
    return 'unknown';
  }

  /** How many clusters may send. */
  get size(): number {
    return this.clusters.size;
  }
}

/** The form in which a token is kept and compared. */
export function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

function knows(senders: ClusterSenders, digest: Buffer | undefined, commonName: string | undefined): boolean {
  let known = commonName !== undefined && senders.commonNames.includes(commonName);
  if (digest === undefined) return known;
  // Every token is compared: how long it takes says nothing of which one was close.
  for (const expected of senders.tokenDigests) known = timingSafeEqual(expected, digest) || known;
  return known;
}
