import type { ProcessRecord } from './process-record.ts';

const NOBODY: readonly ProcessRecord[] = [];

/** Which processes show a session's token as its root would. A session has one root; the others replay its token. */
export class ClaimBook {
  private readonly bySession = new Map<string, Set<ProcessRecord>>();
  private readonly byProcess = new Map<ProcessRecord, string>();

  /** Notes what a process claims now; returns the sessions whose claimants changed. */
  set(process: ProcessRecord, sessionId: string | undefined): readonly string[] {
    const old = this.byProcess.get(process);
    if (old === sessionId) return [];
    if (old !== undefined) {
      this.byProcess.delete(process);
      const others = this.bySession.get(old);
      others?.delete(process);
      if (others?.size === 0) this.bySession.delete(old);
    }
    if (sessionId === undefined) return old === undefined ? [] : [old];
    this.byProcess.set(process, sessionId);
    this.bySession.set(sessionId, (this.bySession.get(sessionId) ?? new Set()).add(process));
    return old === undefined ? [sessionId] : [old, sessionId];
  }

  has(sessionId: string): boolean {
    return this.bySession.has(sessionId);
  }

  /** The claimants of a session, the best of them first: by place of the token, then by start. */
  of(sessionId: string): readonly ProcessRecord[] {
    const claimants = this.bySession.get(sessionId);
    if (!claimants) return NOBODY;
    return [...claimants].sort((a, b) => rank(a) - rank(b) || (a.start < b.start ? -1 : a.start > b.start ? 1 : a.pid - b.pid));
  }

  /** Every process that claims a session. */
  all(): Iterable<ProcessRecord> {
    return this.byProcess.keys();
  }
}

/** A token in front of the command is a better claim than one in the environment. */
function rank(process: ProcessRecord): number {
  return process.claims.length > 0 ? 0 : 1;
}
