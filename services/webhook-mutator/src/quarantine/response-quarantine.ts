import type { Identity, Response } from '@whoran/contracts';
import type { Clock } from '@whoran/kernel';
import { blockedBy } from './blocked-by.ts';
import { type Blocked, Quarantine } from './quarantine.ts';
import type { QuarantineEntry } from './read-quarantine.ts';

const CAPACITY = 10_000;

interface Known {
  readonly revision: number;
  /** Nothing when the response does not keep anybody out, or no longer. */
  readonly entry: QuarantineEntry | undefined;
}

/**
 * Who is kept out by responses, as the topic of responses tells it: without Redis, and at once. At most 10,000 responses; those
 * that keep nobody out are forgotten first, and then the oldest.
 */
export class ResponseQuarantine extends Quarantine {
  private readonly responses = new Map<string, Known>();

  constructor(
    private readonly cluster: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Takes a response as it stands. Older news of it than what is known changes nothing. True if it is about this cluster. */
  take(response: Response): boolean {
    const { id, revision, action, target } = response;
    if (action !== 'quarantine' || (target.cluster !== undefined && target.cluster !== this.cluster)) return false;
    const known = this.responses.get(id);
    if (known && known.revision >= revision) return true;
    this.responses.delete(id);
    this.responses.set(id, { revision, entry: entryOf(response) });
    if (this.responses.size > CAPACITY) this.forgetOne();
    return true;
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    return blockedBy(this.entries(), { identity, namespace, now: this.clock.now() });
  }

  private *entries(): Generator<QuarantineEntry> {
    for (const { entry } of this.responses.values()) if (entry) yield entry;
  }

  private forgetOne(): void {
    const now = this.clock.now();
    const isOver = ({ entry }: Known) => !entry || (entry.until !== undefined && entry.until <= now);
    const [oldest = ''] = this.responses.keys();
    const over = [...this.responses].find(([, known]) => isOver(known))?.[0];
    this.responses.delete(over ?? oldest);
  }
}

/** From when it is being done until it is being undone; what only waits for approval, and a dry run, keeps nobody out. */
function entryOf({ state, dryRun, target, reason, expiresAt }: Response): QuarantineEntry | undefined {
  if (dryRun || (state !== 'running' && state !== 'done')) return undefined;
  const { user, group, credentialId, namespace } = target;
  const until = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
  return {
    users: new Set(user === undefined ? [] : [user]),
    groups: new Set(group === undefined ? [] : [group]),
    credentialIds: new Set(credentialId === undefined ? [] : [credentialId]),
    ...(namespace === undefined ? {} : { namespaces: [namespace] }),
    reason,
    ...(Number.isNaN(until) ? {} : { until }),
  };
}
