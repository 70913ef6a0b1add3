import type { Identity } from '@whoran/contracts';

/** Why somebody is kept out. */
export interface Blocked {
  /** What the entry named: the user, one of the groups, or the credential. For the message to the user. */
  readonly who: string;
  readonly reason: string;
  /** Milliseconds; without it the entry holds until it is removed. */
  readonly until?: number;
}

/** Answers whether a user may enter containers of a namespace. It answers at once: an exec waits for it. */
export abstract class Quarantine {
  abstract blocked(identity: Identity, namespace: string): Blocked | undefined;
}

/** Blocks nobody. */
export class NoQuarantine extends Quarantine {
  override blocked(): undefined {
    return undefined;
  }
}
