/** How much may be held at once, over all requests. */
export interface InFlightLimits {
  readonly bytes: number;
  readonly requests: number;
}

/** Counts what is held for requests that have no answer yet, so that memory is bounded however many come. */
export class InFlight {
  private bytes = 0;
  private requests = 0;

  constructor(private readonly limits: InFlightLimits) {}

  /** Takes room for a request, or says that there is none. A request alone always gets room. */
  take(bytes: number): boolean {
    if (this.requests > 0 && (this.requests >= this.limits.requests || this.bytes + bytes > this.limits.bytes)) return false;
    this.bytes += bytes;
    this.requests += 1;
    return true;
  }

  /** Gives back what was taken for a request. */
  release(bytes: number): void {
    this.bytes -= bytes;
    this.requests -= 1;
  }

  /** What is held now. */
  held(): InFlightLimits {
    return { bytes: this.bytes, requests: this.requests };
  }
}
