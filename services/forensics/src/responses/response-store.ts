import type { ResponseRecord } from '@whoran/forensics-api';
import type { Nanos } from '@whoran/kernel';
import type { ResponseRow } from '../store/rows.ts';
import type { Found, PageOf } from '../store/store.ts';

/**
 * A search for responses as they stand. A `user` with `*` at an end is a pattern; `text` is part of the reason, in any case.
 * `cluster` also finds what is about all clusters. Times are those of the last change.
 */
export interface ResponseSearch extends PageOf {
  readonly action?: ResponseRecord['action'] | undefined;
  readonly state?: ResponseRecord['state'] | undefined;
  readonly dryRun?: boolean | undefined;
  readonly user?: string | undefined;
  readonly author?: string | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly session?: string | undefined;
  readonly text?: string | undefined;
  readonly sinceNs?: Nanos | undefined;
  readonly untilNs?: Nanos | undefined;
}

/** Where every state is kept that a response was in. Methods reject as those of Store do. */
export abstract class ResponseStore {
  /** Idempotent: a state that is told twice is kept once, as it was told first. */
  abstract save(rows: readonly ResponseRow[]): Promise<void>;
  abstract find(search: ResponseSearch): Promise<readonly Found<ResponseRecord>[]>;
  /** The states of one response, the oldest first and at most `limit` of the latest; none if it is not known. */
  abstract history(id: string, limit: number): Promise<readonly ResponseRecord[]>;
}
