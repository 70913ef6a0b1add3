import type { Millis } from '@whoran/kernel';

const STEPS_A_DOUBLING = 8;

/** How long things took, in buckets that are at most 9 % wide: a million of them take no more room than ten. */
export class Latencies {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(milliseconds: Millis): void {
    const bucket = Math.ceil(Math.log2(Math.max(1, milliseconds)) * STEPS_A_DOUBLING);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.total += 1;
  }

  /** The time that this share of them stayed within, milliseconds; 0 when there are none. */
  within(share: number): Millis {
    let left = Math.ceil(this.total * share);
    for (const bucket of [...this.counts.keys()].sort((a, b) => a - b)) {
      left -= this.counts.get(bucket) ?? 0;
      if (left <= 0) return Math.round(2 ** (bucket / STEPS_A_DOUBLING));
    }
    return 0;
  }
}
