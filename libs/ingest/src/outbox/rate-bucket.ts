import type { Millis } from '@whoran/kernel';

/** How many events a cluster may send: `rate` a second, and at most those of one second at once. */
export class RateBucket {
  private tokens: number;

  constructor(
    private readonly rate: number,
    private last: Millis,
  ) {
    this.tokens = rate;
  }

  /** Takes tokens for that many events, or none if there are too few. */
  take(events: number, now: Millis): boolean {
    if (this.available(now) < events) return false;
    this.tokens -= events;
    return true;
  }

  /** How many events may go now. */
  available(now: Millis): number {
    this.tokens = Math.min(this.rate, this.tokens + (Math.max(0, now - this.last) * this.rate) / 1000);
    this.last = now;
    return Math.floor(this.tokens);
  }
}
