import type { Millis } from '@whoran/kernel';
import type { Outcome } from '@whoran/outputs';
import { LONGEST_RETRY_AFTER, backOff } from './next-step.ts';

/** After so many failures in a row it is the receiver that is down, and not one alert that it cannot take. */
const DOWN_AFTER = 3;
/** A receiver that is down is tried at least this often: what waits for it should not wait long once it is back. */
const LONGEST_PROBE_WAIT: Millis = 10_000;

/** How a receiver has fared lately. */
export interface ReceiverHealth {
  /** Failed attempts since the last answer. */
  readonly failures: number;
  /** No attempt begins before this. */
  readonly notBefore: Millis;
  /** What it failed with last. */
  readonly error: string;
}

/** A receiver of which nothing bad is known. */
export const HEALTHY: ReceiverHealth = { failures: 0, notBefore: 0, error: '' };

/** How the receiver fares after an attempt. A refusal is an answer: the receiver is there. */
export function afterAttempt(
  health: ReceiverHealth,
  outcome: Outcome,
  { now, random }: { readonly now: Millis; readonly random: number },
): ReceiverHealth {
  if (outcome.kind !== 'retry') return HEALTHY;
  const failures = health.failures + 1;
  const probe = failures < DOWN_AFTER ? 0 : Math.min(LONGEST_PROBE_WAIT, backOff(failures - DOWN_AFTER + 1, random));
  // Who answers "later" means everybody, and not the one alert.
  const wait = Math.max(probe, Math.min(outcome.retryAfter ?? 0, LONGEST_RETRY_AFTER));
  return { failures, notBefore: wait === 0 ? health.notBefore : now + wait, error: outcome.error };
}

/** Whether the receiver is taken to be down. */
export function isDown({ failures }: ReceiverHealth): boolean {
  return failures >= DOWN_AFTER;
}

/** How many attempts may be under way at once: all, one that probes whether the receiver is back, or none yet. */
export function turnsOf(health: ReceiverHealth, concurrency: number, now: Millis): number {
  if (now < health.notBefore) return 0;
  return isDown(health) ? 1 : concurrency;
}
