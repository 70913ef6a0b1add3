import { type SilenceIndex, indexSilences } from '@whoran/routing';

/** Where the silences come from that mute alerts. */
export interface SilenceSource {
  /** The silences as they are now, ready to be asked. Rejects with DependencyUnavailable. */
  index(): Promise<SilenceIndex>;
}

const none = indexSilences([]);

/** No silences. */
export const noSilences: SilenceSource = { index: async () => none };
