import type { Nanos } from '@whoran/kernel';

/** One exec whose process start (node's clock) and admission and end (API server's clock) are known. */
export interface OffsetSample {
  readonly start: Nanos;
  readonly requested: Nanos;
  readonly ended: Nanos | undefined;
}

/** How far a node's clock may be ahead of the API server's: the truth lies between. */
export interface ClockOffset {
  readonly low: Nanos;
  readonly high: Nanos;
  /** False while no exec with a token was seen on the node. */
  readonly known: boolean;
}

/** How long after its admission an exec may take to start. */
export const ADMISSION_TO_START: Nanos = 60_000_000_000n;

const MINUTE = 60_000_000_000n;

/** How far clocks may differ while nothing is known of a node. */
export const UNKNOWN_OFFSET: ClockOffset = { low: -10n * MINUTE, high: 10n * MINUTE, known: false };

/** A process starts after its admission and before its session's end, so every sample bounds the offset on both sides. */
export function estimateOffset(samples: Iterable<OffsetSample>): ClockOffset {
  let low: Nanos | undefined;
  let high: Nanos | undefined;
  for (const { start, requested, ended } of samples) {
    const most = start - requested;
    if (high === undefined || most < high) high = most;
    if (ended === undefined) continue;
    const least = start - ended;
    if (low === undefined || least > low) low = least;
  }
  if (high === undefined) return UNKNOWN_OFFSET;
  // A clock that was set between two samples leaves nothing in between; the widest reading of both is safe.
  if (low !== undefined && low > high) return { low: high, high: low, known: true };
  return { low: low ?? high - MINUTE, high, known: true };
}

/** Whether a process that began at `start` by its node's clock can have begun between two times of the API server's. */
export function couldBeginWithin(offset: ClockOffset, start: Nanos, from: Nanos, until: Nanos | undefined): boolean {
  return start - offset.low >= from && (until === undefined || start - offset.high <= until);
}
