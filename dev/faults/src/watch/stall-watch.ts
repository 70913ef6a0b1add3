import type { Millis } from '@whoran/kernel';

/** Finds the longest time without a delivery while the load is on. */
export class StallWatch {
  private last: Millis | undefined;
  private longest: Millis = 0;

  /** The load begins. */
  begin(now: Millis): void {
    this.last = now;
    this.longest = 0;
  }

  /** Something was delivered for the first time. */
  delivered(now: Millis): void {
    if (this.last === undefined) return;
    this.longest = Math.max(this.longest, now - this.last);
    this.last = now;
  }

  /** The load is over. */
  end(now: Millis): void {
    this.delivered(now);
    this.last = undefined;
  }

  /** Milliseconds. */
  get stall(): Millis {
    return this.longest;
  }
}
