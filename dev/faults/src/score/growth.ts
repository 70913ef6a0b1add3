/** A value at a time, in seconds. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** What a series of samples shows. */
export interface Growth {
  readonly median: number;
  /** By how much it grew over the samples that count, by the robust slope. */
  readonly growth: number;
  readonly grows: boolean;
}

/** Caches, compiled code and pools fill up first. */
const WARM_UP = 0.4;

/**
 * Whether something grows steadily after a warm-up: the median of the slopes of all pairs (Theil and Sen), so that neither one
 * collection of garbage nor one burst decides. `slack`: a growth below this, or below a tenth of the median, is noise.
 */
export function growthOf(samples: readonly Sample[], slack: number): Growth {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP));
  const slopes = counted.flatMap((a, index) => counted.slice(index + 1).map((b) => (b.value - a.value) / (b.at - a.at)));
  const seconds = (counted.at(-1)?.at ?? 0) - (counted[0]?.at ?? 0);
  const median = medianOf(counted.map(({ value }) => value));
  const growth = medianOf(slopes) * seconds;
  return { median, growth, grows: growth > Math.max(slack, median / 10) };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
