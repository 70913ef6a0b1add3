import type { Millis } from '@whoran/kernel';
import type { InhibitRule } from './inhibition/inhibit.ts';
import type { RateLimit } from './rates/token-bucket.ts';
import type { NamedInterval } from './times/time-interval.ts';
import type { Route } from './tree/route.ts';

/** Bounds of what is on its way to a receiver. */
export interface QueueLimits {
  /** How many notifications wait at most where no durable bus holds them. */
  readonly size: number;
  readonly concurrency: number;
  /** How long one notification is tried, from when it was made. */
  readonly deadline: Millis;
}

/** A receiver as the file describes it, not opened. */
export interface ReceiverSettings {
  readonly name: string;
  /** Where it is in the file: a JSON pointer, for issues. */
  readonly at: string;
  /** The kind of output, and its settings: they fit the kind's schema. */
  readonly kind: string;
  readonly settings: unknown;
  readonly limits: QueueLimits;
  /** More than this is summed up; absent for no limit. */
  readonly rateLimit?: RateLimit;
  /** The receiver that is told when this one could not be. */
  readonly onFailure?: string;
  /** How long this receiver may be down before `onFailure` is told of what waits. */
  readonly escalateAfter: Millis;
}

/** What a routes file says. */
export interface Routing {
  readonly root: Route;
  readonly receivers: readonly ReceiverSettings[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: ReadonlyMap<string, NamedInterval>;
  /** How long an alert of a group is active after it was last seen. */
  readonly resolveTimeout: Millis;
}
