import type { Millis } from '@whoran/kernel';

const HOUR = 3_600_000;

/** Counts what happened within the last hour, of this router, up to a bound. */
export class RateCap {
  private times: readonly Millis[] = [];

  constructor(private readonly perHour: number) {}

  allows(now: Millis): boolean {
    this.times = this.times.filter((time) => time > now - HOUR);
    return this.times.length < this.perHour;
  }

  count(now: Millis): void {
    this.times = [...this.times.slice(-this.perHour), now];
  }
}
