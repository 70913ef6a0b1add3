import type { Clock } from '@whoran/kernel';

/** How a folder is looked at. */
export interface WatchOptions {
  readonly clock: Clock;
  /** Milliseconds between looks. */
  readonly interval: number;
  /** A text that changes with the content. */
  readonly fingerprint: () => string;
  readonly onChange: () => void;
}

/**
 * Calls back after the content changed, until it is closed. It looks again and again instead of asking the kernel for
 * notices: Kubernetes replaces mounted secrets by renaming links, and folders may appear later or lie on a network.
 */
export function watchFolder(options: WatchOptions): { close(): void } {
  const { clock, interval, fingerprint, onChange } = options;
  let last = fingerprint();
  const look = () => {
    const now = fingerprint();
    if (now !== last) {
      last = now;
      onChange();
    }
    cancel = clock.schedule(interval, look);
  };
  let cancel = clock.schedule(interval, look);
  return { close: () => cancel() };
}
