import type { ProcessRecord } from './process-record.ts';

/** Which processes belong, or may belong, to a session. */
export class MemberBook {
  private readonly bySession = new Map<string, Set<ProcessRecord>>();

  /** The processes of a session. */
  of(sessionId: string): ReadonlySet<ProcessRecord> {
    return this.bySession.get(sessionId) ?? new Set();
  }

  /** Enters a process under the sessions of its decision. */
  join(process: ProcessRecord): void {
    for (const id of sessionsOf(process)) this.bySession.set(id, (this.bySession.get(id) ?? new Set()).add(process));
  }

  /** Takes a process out of the sessions of its decision. */
  leave(process: ProcessRecord): void {
    for (const id of sessionsOf(process)) {
      const members = this.bySession.get(id);
      members?.delete(process);
      if (members?.size === 0) this.bySession.delete(id);
    }
  }
}

function sessionsOf({ decision }: ProcessRecord): readonly string[] {
  if (decision.kind === 'session') return [decision.sessionId];
  return decision.kind === 'ambiguous' ? decision.sessionIds : [];
}
