import type { Millis } from '@whoran/kernel';

/** A moment of a node's clock, as Falco writes it in fields and at the top of an event. */
export interface NodeInstant {
  /** Nanoseconds since the epoch, in digits. */
  readonly nanos: string;
  /** RFC 3339 with nine decimals. */
  readonly text: string;
}

/** The clock of one node: every moment is later than the one before, and `skew` ahead of the API server's. */
export class NodeClock {
  private milliseconds = 0;
  private micros = 0;

  constructor(
    private readonly now: () => Millis,
    private readonly skew: Millis = 0,
  ) {}

  next(): NodeInstant {
    const at = this.now() + this.skew;
    this.micros += 1;
    // More than 999 events in a millisecond: the clock of a simulated node may run ahead of the real one.
    if (at > this.milliseconds || this.micros > 999) {
      this.milliseconds = Math.max(at, this.milliseconds + 1);
      this.micros = 0;
    }
    const fraction = `${String(this.micros).padStart(3, '0')}000`;
    const text = new Date(this.milliseconds).toISOString();
    return { nanos: `${this.milliseconds}${fraction}`, text: `${text.slice(0, -1)}${fraction}Z` };
  }
}
