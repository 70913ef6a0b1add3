import type { Cancel, Clock, Millis } from '@whoran/kernel';

/** What is tried. */
export interface Attempts {
  readonly clock: Clock;
  /** Before each attempt. */
  readonly pause: Millis;
  readonly attempt: () => Promise<void>;
  /** Told of each attempt that fails: whoever watches shall not take a long outage for the end. */
  readonly failed: (error: unknown) => void;
}

/** Tries until an attempt goes well or it is called off; one that is under way then is the last. */
export function tryAgain({ clock, pause, attempt, failed }: Attempts): Cancel {
  let off = false;
  let cancel: Cancel = () => undefined;
  const later = () => {
    cancel = clock.schedule(pause, () => {
      attempt().catch((error: unknown) => {
        if (off) return;
        failed(error);
        later();
      });
    });
  };
  later();
  return () => {
    off = true;
    cancel();
  };
}
