import { type Alert, type Attribution, namedUser } from '@whoran/contracts';

/** What was said about an alert so far. */
export interface Notified {
  /** The revision that was notified last. */
  readonly revision: number;
  /** Whether a user was named in it. */
  readonly named: boolean;
  /** Whether it said that the alert no longer holds. */
  readonly withdrawn?: true;
}

/** An alert that people may have to hear of. */
export interface PossibleAlert {
  /** The id that the alert has in every revision. */
  readonly id: string;
  readonly rule: string;
  readonly revision: number;
  readonly attribution: Attribution;
  /** Makes the alert: most are not told, so they are not made. */
  readonly alert: () => Alert;
  /** Whether it is raised; false for one that no longer holds, and is withdrawn if it was raised before. */
  readonly holds: boolean;
}

/** What people hear. */
export type Said = 'notify' | 'update' | 'withdraw';

/** Why they do not. */
export type Unsaid = 'duplicate' | 'already-named' | 'still-unnamed' | 'never-raised';

/**
 * Decides whether people hear of an alert. It is notified at once, even when nobody is named yet, because waiting would help
 * an intruder; and once more, as an update, when a later revision names the user. One that no longer holds is withdrawn.
 */
export function decideNotification(previous: Notified | undefined, possible: PossibleAlert): Said | Unsaid {
  const { revision, attribution, holds } = possible;
  if (!previous) return holds ? 'notify' : 'never-raised';
  if (revision <= previous.revision) return 'duplicate';
  if (!holds) return previous.withdrawn ? 'duplicate' : 'withdraw';
  if (previous.withdrawn) return 'update';
  if (previous.named) return 'already-named';
  return namedUser(attribution) === undefined ? 'still-unnamed' : 'update';
}
