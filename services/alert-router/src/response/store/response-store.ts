import type { Millis } from '@whoran/kernel';
import { type ResponseRecord, isActive } from '@whoran/response';

/** A record with the number that it was last written with: whoever writes next must have seen it. */
export interface Kept {
  readonly record: ResponseRecord;
  readonly version: number;
}

/** What adding gave: added; or what has the id, or the slot, already; or that there are too many. */
export type Added =
  { readonly kind: 'added'; readonly kept: Kept } | { readonly kind: 'known' | 'held'; readonly kept: Kept } | { readonly kind: 'full' };

/** How many responses are kept at most. */
export const MAX_RESPONSES = 10_000;
/** How long those that have ended are kept, milliseconds. Forensics keeps them longer. */
export const ENDED_TIME = 7 * 86_400_000;

/** The responses, shared by all routers. Every method rejects with DependencyUnavailable while the store is away. */
export abstract class ResponseStore {
  /** Adds a record, which then belongs to the caller until `lease`, unless its id or the slot of an active one is taken. */
  abstract add(record: ResponseRecord, lease: Millis): Promise<Added>;
  abstract find(id: string): Promise<Kept | undefined>;
  /** All of them, the newest first. */
  abstract list(): Promise<readonly Kept[]>;
  /** Writes a record that nobody wrote since it was read, to be looked at next at `due`; nothing if somebody did. */
  abstract save(record: ResponseRecord, options: { readonly version: number; readonly due: Millis | undefined }): Promise<Kept | undefined>;
  /** Those that are due; nobody else gets them until `lease`. */
  abstract take(due: { readonly now: Millis; readonly lease: Millis; readonly count: number }): Promise<readonly Kept[]>;
}

/** Whether a response has ended before a time. */
export function endedBefore(record: ResponseRecord, time: Millis): boolean {
  return !isActive(record) && Date.parse(record.response.changedAt) < time;
}

/** Responses in the order in which they are listed. */
export function newestFirst(all: readonly Kept[]): readonly Kept[] {
  return all.toSorted((a, b) => (a.record.response.createdAt < b.record.response.createdAt ? 1 : -1));
}
