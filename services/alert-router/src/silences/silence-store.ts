import type { Clock, Millis } from '@whoran/kernel';
import { type Silence, type SilenceIndex, indexSilences } from '@whoran/routing';

/** How many silences there may be, those that ended lately included. */
export const MAX_SILENCES = 5_000;

/** How long a silence is still shown after its end. Milliseconds; as Alertmanager has it. */
export const KEPT_AFTER_END: Millis = 120 * 3_600_000;

/** Where silences are kept: the port behind which several routers share them. Methods reject with DependencyUnavailable. */
export abstract class SilenceStore {
  /** Every silence, those that ended within KEPT_AFTER_END too; in any order. */
  abstract all(): Promise<readonly Silence[]>;
  /** The same, ready to be asked by `silencedBy`. Cheap while nothing has changed: ask for each batch, so that a silence holds at once. */
  abstract index(): Promise<SilenceIndex>;
  /**
   * Puts silences in, all or none, in the place of those with the same ids. False if there would be more than MAX_SILENCES. The
   * same call again changes nothing.
   */
  abstract put(silences: readonly Silence[]): Promise<boolean>;
}

/** Silences of one process: they are gone with it. */
export class MemorySilenceStore extends SilenceStore {
  private silences = new Map<string, Silence>();
  private indexed: SilenceIndex | undefined;

  constructor(private readonly clock: Clock) {
    super();
  }

  override async all(): Promise<readonly Silence[]> {
    const now = this.clock.now();
    return [...this.silences.values()].filter((silence) => isKept(silence, now));
  }

  override async index(): Promise<SilenceIndex> {
    return (this.indexed ??= indexSilences([...this.silences.values()]));
  }

  override async put(silences: readonly Silence[]): Promise<boolean> {
    const changed = new Map([...(await this.all()), ...silences].map((silence) => [silence.id, silence]));
    if (changed.size > MAX_SILENCES) return false;
    this.silences = changed;
    this.indexed = undefined;
    return true;
  }
}

/** Whether a silence is still shown. */
export function isKept({ endsAt }: Silence, now: Millis): boolean {
  return endsAt + KEPT_AFTER_END > now;
}
