import type { Identity } from '@whoran/contracts';
import { type Blocked, Quarantine } from './quarantine.ts';

/** Whom nobody can keep out. */
export interface Exempt {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/** A quarantine that some are never in, whatever a list, a route or a response says: they let the others in again. */
export class ExemptingQuarantine extends Quarantine {
  constructor(
    private readonly inner: Quarantine,
    private readonly exempt: Exempt,
  ) {
    super();
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    const { users, groups } = this.exempt;
    if (users.has(identity.username) || identity.groups.some((group) => groups.has(group))) return undefined;
    return this.inner.blocked(identity, namespace);
  }
}
