/** The time between two rebalances: what was taken in one must not be committed in another. */
export interface Tenure {
  /** Aborted when handlers shall stop: the partitions may be another's soon. */
  readonly stopping: AbortSignal;
  /** Whether they are another's now. */
  readonly over: boolean;
}

interface Own extends Tenure {
  readonly stop: AbortController;
  over: boolean;
}

/** The tenures of one member, one after the other. */
export class Tenures {
  private own = fresh();
  private closed = false;

  get current(): Tenure {
    return this.own;
  }

  /** The member has joined, or is out: what was taken before is no longer its own. */
  begin(): void {
    this.own.over = true;
    this.own.stop.abort();
    this.own = fresh();
    if (this.closed) this.own.stop.abort();
  }

  /** A rebalance was announced to a handler: those of its tenure shall stop, so that the member can join again. */
  stop(tenure: Tenure): void {
    (tenure as Own).stop.abort();
  }

  /**
   * The member fetches: it still has its partitions. After an announcement kafkajs joins before it fetches again, unless another
   * error came first and it only tried again; then no rebalance comes, and a handler that was told to stop would stop for ever.
   */
  fetches(): void {
    if (!this.closed && this.own.stopping.aborted) this.own = fresh();
  }

  /** Nothing is taken any more. */
  close(): void {
    this.closed = true;
    this.own.stop.abort();
  }
}

function fresh(): Own {
  const stop = new AbortController();
  return { stop, stopping: stop.signal, over: false };
}
