import type { DeadLetterFilter } from './queries.ts';
import type { DeadLetterRecord } from './records.ts';

/** The most letters that one request replays or discards. */
export const MAX_CHANGES = 500;

/**
 * Which letters a request is about, and how: `ids`, or a `filter` that says more than a state, or `all`. By filter or all, only
 * open letters unless the filter names a state, oldest first and at most `limit` of them (MAX_CHANGES unless said otherwise).
 */
export interface DeadLetterSelection {
  readonly ids?: readonly string[];
  readonly filter?: DeadLetterFilter;
  readonly all?: boolean;
  readonly limit?: number;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** Who asks, for the record. */
  readonly by?: string;
}

/** Body of a request to replay dead letters: to send each again to the service that gave up on it. */
export type ReplayRequest = DeadLetterSelection;

/** Body of a request to discard dead letters. */
export interface DiscardRequest extends DeadLetterSelection {
  readonly why: string;
}

/** Why nothing was done about a letter: it is not there; its payload is cut; it was stored without one; it is discarded already. */
export type SkipReason = 'unknown' | 'truncated' | 'no-payload' | 'discarded';

/** A letter that was left as it is. */
export interface SkippedLetter {
  readonly id: string;
  readonly why: SkipReason;
}

/** What was done, or with `dryRun` would be. */
export interface ChangeReport {
  readonly dryRun: boolean;
  /** How many letters the request is about; those in neither list were beyond the limit: ask again. */
  readonly matched: number;
  /** As they were before. */
  readonly changed: readonly DeadLetterRecord[];
  readonly skipped: readonly SkippedLetter[];
}
