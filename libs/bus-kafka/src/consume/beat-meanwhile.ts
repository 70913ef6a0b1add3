import type { Cancel, Clock, Millis } from '@whoran/kernel';
import { LONGEST_HANDLING } from './loop-watch.ts';

/** What beating needs. */
export interface BeatOptions {
  readonly beat: () => Promise<void>;
  /** Told once, at the first beat that fails. */
  readonly onFailure: (error: unknown) => void;
  readonly interval: Millis;
  readonly clock: Clock;
}

/** Beats that go on while a handler works. */
export interface Beating {
  /** What the first failed beat was rejected with. */
  readonly failure: unknown;
  /** Beats now, and rejects as the beat does. */
  readonly beat: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Beats between the pieces of a batch and, while a piece takes long, in between; otherwise a slow handler would cost the
 * member its partitions. A handler that never comes back loses them after all, so that another member goes on.
 */
export function beatMeanwhile({ beat, onFailure, interval, clock }: BeatOptions): Beating {
  let failure: unknown;
  let since = clock.now();
  let cancel: Cancel = () => undefined;
  let stopped = false;
  const beatOnce = async () => {
    try {
      await beat();
    } catch (error) {
      if (failure === undefined) onFailure(error);
      failure ??= error;
      throw error;
    }
  };
  const later = () => {
    cancel = clock.schedule(interval, () => {
      if (clock.now() - since > LONGEST_HANDLING) return;
      beatOnce().then(
        () => {
          if (!stopped) later();
        },
        () => undefined, // it is kept as the failure
      );
    });
  };
  later();
  return {
    get failure() {
      return failure;
    },
    beat: () => {
      since = clock.now();
      return beatOnce();
    },
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
