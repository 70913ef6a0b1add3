/** How much may be held at once, over all requests. */
export interface InFlightLimits {
  readonly bytes: number;
  readonly requests: number;
}

interface Share {
  bytes: number;
  requests: number;
}

/**
 * Counts what is held for requests that have no answer yet, so that memory is bounded however many come. A cluster gets more
 * only while it holds no more than what is still free: a flood takes half of the room, and the next cluster always finds some.
 */
export class InFlight {
  private readonly all: Share = { bytes: 0, requests: 0 };
  private readonly clusters = new Map<string, Share>();

  constructor(private readonly limits: InFlightLimits) {}

  /** Takes room for a request of a cluster, or says that there is none. A request alone always gets room. */
  take(cluster: string, bytes: number): boolean {
    const own = this.clusters.get(cluster) ?? { bytes: 0, requests: 0 };
    if (this.all.requests > 0 && !this.hasRoom(own, bytes)) return false;
    this.clusters.set(cluster, own);
    for (const share of [own, this.all]) {
      share.bytes += bytes;
      share.requests += 1;
    }
    return true;
  }

  /** Gives back what was taken for a request. */
  release(cluster: string, bytes: number): void {
    const own = this.clusters.get(cluster);
    if (!own) return;
    for (const share of [own, this.all]) {
      share.bytes -= bytes;
      share.requests -= 1;
    }
    if (own.requests === 0) this.clusters.delete(cluster);
  }

  /** What is held now. */
  held(): InFlightLimits {
    return { ...this.all };
  }

  private hasRoom(own: Share, bytes: number): boolean {
    const freeBytes = this.limits.bytes - this.all.bytes;
    const freeRequests = this.limits.requests - this.all.requests;
    return freeRequests > 0 && own.requests <= freeRequests && bytes <= freeBytes && own.bytes <= freeBytes;
  }
}
