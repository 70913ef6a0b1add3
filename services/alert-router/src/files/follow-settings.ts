import type { Clock, Millis } from '@whoran/kernel';
import type { SettingsFiles } from './settings-files.ts';

/** How files of settings are followed. */
export interface FollowSettings {
  readonly clock: Clock;
  /** How often the files are looked at. */
  readonly interval: Millis;
  /** Loads what has changed. Resolves with the files that are to be watched from now on; never rejects. */
  readonly reload: (before: SettingsFiles) => Promise<SettingsFiles>;
}

/** Looks for changes until it is stopped. */
export function followSettings(first: SettingsFiles, { clock, interval, reload }: FollowSettings): () => void {
  let files = first;
  let stopped = false;
  const look = async () => {
    if (files.changed()) files = await reload(files);
    // Only now, so that a change which takes long is not overtaken by the next.
    if (!stopped) cancel = clock.schedule(interval, () => void look());
  };
  let cancel = clock.schedule(interval, () => void look());
  return () => {
    stopped = true;
    cancel();
  };
}
