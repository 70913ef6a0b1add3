import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';

/** How many alerts a group tells apart; more are counted. */
export const MAX_GROUP_ALERTS = 500;
/** How much text the alerts that a group keeps whole have together at most. */
export const MAX_GROUP_TEXT = 512 * 1024;

/** An alert that goes on: it counts as active until nothing like it came for resolve_timeout. */
export interface ActiveAlert {
  readonly fingerprint: string;
  /** The latest of them, whole; absent when the group has no room for it. */
  readonly alert?: Alert;
  /** The size of `alert`, in characters. */
  readonly size: number;
  readonly since: Millis;
  readonly lastSeen: Millis;
  /** How many there were. */
  readonly count: number;
  /** Whether the last notification of the group had it. */
  readonly told: boolean;
  /** What muted it at the last flush. */
  readonly mutedBy?: string;
}

/** What is remembered of a group: plain JSON, of bounded size. */
export interface GroupState {
  readonly key: string;
  readonly route: string;
  readonly receiver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When the group began: with `notifications` it tells its notifications from those of a group of the same key later. */
  readonly since: Millis;
  /** When it is to be flushed next. */
  readonly dueAt: Millis;
  /** How many notifications there were, and when the last was. */
  readonly notifications: number;
  readonly notifiedAt?: Millis;
  readonly alerts: readonly ActiveAlert[];
  /** How many came since the last notification that there was no room to tell apart. */
  readonly more: number;
}
