import type { Notification } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { GroupState, StormState, TokenBucket } from '@whoran/routing';

/** What is left of a receiver's rate, and what was over it. */
export interface RateState {
  readonly bucket: TokenBucket;
  readonly storm?: StormState;
}

/** What is remembered under a key: a group, or the rate of a receiver. */
export type DispatchState = { readonly kind: 'group'; readonly group: GroupState } | { readonly kind: 'rate'; readonly rate: RateState };

/** A state as it was found. */
export interface Kept {
  /** Changes with every change. */
  readonly version: string;
  /** Absent when it has ended and only its outbox is left. */
  readonly state?: DispatchState;
  /** What the last change decided to tell, until it is told. */
  readonly outbox?: Notification;
}

/** A change that takes place if nobody changed the state meanwhile. */
export interface Change {
  readonly key: string;
  /** The version that it builds on; empty for a key that was not found. */
  readonly version: string;
  /** Absent: the state ends. */
  readonly state?: DispatchState;
  /** When somebody must look at it again; absent for never. */
  readonly dueAt?: Millis;
  /** What is to be told. Only where there is none yet: what is there is told first. The key stays due until it is. */
  readonly outbox?: { readonly notification: Notification; readonly until: Millis };
}

/** What became of a change: full means that there are too many groups for one more. */
export type ChangeOutcome = 'saved' | 'changed' | 'full';

/** A wish for keys that are due. */
export interface Claim {
  readonly now: Millis;
  /** For how long nobody else gets them. */
  readonly lease: Millis;
  readonly limit: number;
}

/**
 * Remembers groups, rates and inhibiting alerts: the port behind which several routers can share one memory. A change, and what
 * it decides to tell, is remembered before it is told; so who tells may die at any time, and another one tells it again under
 * the same id. Every call rejects with DependencyUnavailable.
 */
export abstract class DispatchStore {
  /** The states of these keys, where there are any. */
  abstract load(keys: readonly string[]): Promise<ReadonlyMap<string, Kept>>;
  /** Makes changes, each by itself; one outcome each. A key must not stand there twice. */
  abstract save(changes: readonly Change[], now: Millis): Promise<readonly ChangeOutcome[]>;
  /** Takes keys that are due, the earliest first. They are due again after the lease, unless a change says otherwise. */
  abstract claim(claim: Claim): Promise<readonly string[]>;
  /** Says that the outbox was told, by the id of its notification. A key that has neither outbox nor state is forgotten. */
  abstract told(key: string, id: string): Promise<void>;
  /** Remembers that alerts with these keys inhibit others until then. */
  abstract inhibit(keys: readonly string[], until: Millis, now: Millis): Promise<void>;
  /** Which of these keys inhibit now. */
  abstract inhibiting(keys: readonly string[], now: Millis): Promise<ReadonlySet<string>>;
}
