import type { SilenceIndex } from '@whoran/routing';

/** Where the silences come from that mute alerts. */
export interface SilenceSource {
  /** The silences as they are now, ready to be asked. Rejects with DependencyUnavailable. */
  index(): Promise<SilenceIndex>;
}
