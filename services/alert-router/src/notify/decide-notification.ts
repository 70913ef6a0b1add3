import { type AttributedEvent, namedUser } from '@whoran/contracts';

/** What was said about an alert so far. */
export interface Notified {
  /** The revision that was notified last. */
  readonly revision: number;
  /** Whether a user was named in it. */
  readonly named: boolean;
}

/** Why an event that alerts is not notified. */
export type Unnotified = 'duplicate' | 'already-named' | 'still-unnamed';

/**
 * Decides whether people hear of an event. An alert is notified at once, even when nobody is named yet, because waiting
 * would help an intruder; and once more, as an update, when a later revision names the user.
 */
export function decideNotification(previous: Notified | undefined, event: AttributedEvent): 'notify' | 'update' | Unnotified {
  if (!previous) return 'notify';
  if (event.whoran.revision <= previous.revision) return 'duplicate';
  if (previous.named) return 'already-named';
  return namedUser(event.whoran.attribution) === undefined ? 'still-unnamed' : 'update';
}
