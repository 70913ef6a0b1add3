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

/** Blocks whom any of several lists blocks; the first of them says why. */
export class CombinedQuarantine extends Quarantine {
  constructor(private readonly lists: readonly Quarantine[]) {
    super();
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    for (const list of this.lists) {
      const blocked = list.blocked(identity, namespace);
      if (blocked) return blocked;
    }
    return undefined;
  }
}
