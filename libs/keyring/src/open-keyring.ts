import type { Clock, Issue } from '@whoran/kernel';
import { ConfigInvalid, printIssue } from '@whoran/kernel';
import { fingerprintOfFolder } from './key-folder.ts';
import { watchFolder } from './watch-folder.ts';

const INTERVAL = 2000;

/** How a folder of keys is used. */
export interface KeyringOptions {
  readonly clock: Clock;
  /** Told when the folder changed and the new set is in use, or cannot be: then the old set stays. */
  readonly onReload?: (issues: readonly Issue[]) => void;
  /** Milliseconds between looks at the folder. */
  readonly interval?: number;
}

/** A set of keys that follows its folder. */
export interface Loaded<T> {
  /** The set as of now. */
  current(): T;
  close(): void;
}

/** Loads a set and follows the folder; a set with issues is never used. Throws ConfigInvalid when the first one has some. */
export function followKeys<T>(
  dir: string,
  read: () => { readonly keys: T; readonly issues: readonly Issue[] },
  options: KeyringOptions,
): Loaded<T> {
  const first = read();
  if (first.issues.length > 0) throw new ConfigInvalid(first.issues.map(printIssue).join('\n'));
  let keys = first.keys;
  const reload = () => {
    const next = read();
    if (next.issues.length === 0) keys = next.keys;
    options.onReload?.(next.issues);
  };
  const fingerprint = () => fingerprintOfFolder(dir);
  const { close } = watchFolder({ clock: options.clock, interval: options.interval ?? INTERVAL, fingerprint, onChange: reload });
  return { current: () => keys, close };
}
