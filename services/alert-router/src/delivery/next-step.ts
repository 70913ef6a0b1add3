import { type Millis, assertNever } from '@whoran/kernel';
import type { Outcome } from '@whoran/outputs';

/** The first wait between two attempts; it doubles up to the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** A receiver may ask for more patience than we would have, up to this. */
export const LONGEST_RETRY_AFTER = 120_000;

/** What follows an attempt. */
export type Step =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'wait'; readonly delay: Millis; readonly error: string }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'expired'; readonly error: string };

/** Where a delivery stands after an attempt. */
export interface Progress {
  /** How many attempts were made. */
  readonly attempt: number;
  readonly now: Millis;
  /** No attempt starts after this. */
  readonly until: Millis;
  /** From 0 to 1: receivers that come back are not met by everything at once. */
  readonly random: number;
}

/** Decides what follows an attempt: exponential back-off with jitter, at least what Retry-After asks for, until the deadline. */
export function nextStep(outcome: Outcome, { attempt, now, until, random }: Progress): Step {
  switch (outcome.kind) {
    case 'delivered':
    case 'refused':
      return outcome;
    case 'retry': {
      const { error } = outcome;
      const delay = Math.max(backOff(attempt, random), Math.min(outcome.retryAfter ?? 0, LONGEST_RETRY_AFTER));
      return now + delay > until ? { kind: 'expired', error } : { kind: 'wait', delay, error };
    }
    default:
      return assertNever(outcome);
  }
}

/** The wait after so many failures: twice as long each time up to half a minute, less up to a half of it at random. */
export function backOff(failures: number, random: number): Millis {
  return Math.round(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures - 1, 20)) * (0.5 + random / 2));
}
