import { DependencyUnavailable } from '@whoran/kernel';

/**
 * Thrown by a handler that goes on with its messages by itself: nothing is settled, and they come again when the bus has brought
 * others. What takes its time so does not keep them away.
 */
export class NotYet extends DependencyUnavailable {}

/**
 * What became of one message. Throwing a retriable error is the fourth outcome: nothing is settled, deliver again.
 * A handler that returns nothing has handled its whole batch.
 */
export type Verdict =
  | { readonly kind: 'handled' }
  | { readonly kind: 'drop'; readonly reason: string }
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly error: string; readonly attempts?: number };

/** The message did what it was for. */
export const handled: Verdict = { kind: 'handled' };

/** The message is of no use here. Counted by reason, which must come from a closed list; not logged. */
export function drop(reason: string): Verdict {
  return { kind: 'drop', reason };
}

/** The message cannot be processed, now or later. It is kept in the dead letters, with how often it was tried. */
export function deadLetter(reason: string, error: string, attempts = 1): Verdict {
  return { kind: 'dead-letter', reason, error, attempts };
}
