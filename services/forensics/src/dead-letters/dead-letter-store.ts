import type { Origin } from '@whoran/contracts';
import type { DeadLetterDetail, DeadLetterRecord, DeadLetterState } from '@whoran/forensics-api';
import type { Millis, Nanos } from '@whoran/kernel';
import type { DeadLetterRow } from '../store/rows.ts';
import type { Found, PageOf } from '../store/store.ts';

/** What narrows a list of dead letters. `sinceNs` is included and `untilNs` is not; `text` is part of the error, in any case. */
export interface DeadLetterFilter {
  readonly stage?: string | undefined;
  readonly reason?: string | undefined;
  readonly topic?: string | undefined;
  readonly cluster?: string | undefined;
  readonly state?: DeadLetterState | undefined;
  readonly text?: string | undefined;
  readonly sinceNs?: Nanos | undefined;
  readonly untilNs?: Nanos | undefined;
  readonly replayable?: boolean | undefined;
}

/** A search for dead letters. */
export interface DeadLetterSearch extends DeadLetterFilter, PageOf {}

/** A letter with all that its replay needs, as it was read. */
export interface ReplayableLetter {
  readonly id: string;
  readonly timeNs: Nanos;
  readonly stage: string;
  readonly origin: Origin;
  readonly reason: string;
  readonly payload: string;
  /** How often it was replayed. */
  readonly replays: number;
}

/** Who did something about letters, and when. */
export interface Mark {
  readonly by: string;
  readonly now: Millis;
}

/** How many letters of a service are open. */
export interface OpenCount {
  readonly stage: string;
  readonly count: number;
}

/**
 * Where dead letters are kept, with what was done about them. A letter is open until it is replayed or discarded, and open
 * again when it comes again: with a later time, or of a later replay. Methods reject as those of Store do.
 */
export abstract class DeadLetterStore {
  /** Idempotent: a letter that is delivered twice is counted once. */
  abstract save(letters: readonly DeadLetterRow[]): Promise<void>;
  abstract find(search: DeadLetterSearch): Promise<readonly Found<DeadLetterRecord>[]>;
  abstract count(filter: DeadLetterFilter): Promise<number>;
  /** Those of the ids that are there, in any order. */
  abstract records(ids: readonly string[]): Promise<readonly DeadLetterRecord[]>;
  /** One letter with its payload as it came: redact it before it is shown. */
  abstract detail(id: string): Promise<DeadLetterDetail | undefined>;
  /** Those of the ids that can be replayed, with their payloads, in any order. */
  abstract replayable(ids: readonly string[]): Promise<readonly ReplayableLetter[]>;
  /** Says that letters were replayed. One that has come again since it was read stays open. */
  abstract markReplayed(letters: readonly ReplayableLetter[], mark: Mark): Promise<void>;
  abstract discard(ids: readonly string[], mark: Mark & { readonly why: string }): Promise<void>;
  abstract openByStage(): Promise<readonly OpenCount[]>;
}
