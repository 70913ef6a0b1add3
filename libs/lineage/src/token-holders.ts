import { parseToken } from '@whoran/contracts';
import type { ProcessRecord } from './process-record.ts';

const NOBODY: ReadonlySet<ProcessRecord> = new Set();

/** The processes that show a token, by the session that the token names: what is known of the session may decide them. */
export class TokenHolders {
  private readonly bySession = new Map<string, Set<ProcessRecord>>();
  private readonly byProcess = new Map<ProcessRecord, readonly string[]>();
  private readonly withoutName = new Set<ProcessRecord>();

  /** Enters a process under the tokens that it shows now. */
  enter(process: ProcessRecord): void {
    const known = this.byProcess.get(process) ?? [];
    const shown = [...process.claims, ...process.tokens];
    if (shown.length === 0 || shown.length === known.length) return;
    const ids = shown.map(({ value }) => parseToken(value.text)?.session ?? '');
    this.byProcess.set(process, ids);
    for (const id of ids) this.bySession.set(id, (this.bySession.get(id) ?? new Set()).add(process));
    this.decided(process);
  }

  /** Notes whether the process's decision names a session. */
  decided(process: ProcessRecord): void {
    if (!this.byProcess.has(process)) return;
    if (process.decision.kind === 'none') this.withoutName.add(process);
    else this.withoutName.delete(process);
  }

  /** The processes that show a token of a session. */
  of(sessionId: string): Iterable<ProcessRecord> {
    return this.bySession.get(sessionId) ?? NOBODY;
  }

  /** The processes that show a token, and for which nobody is named. */
  unnamed(): Iterable<ProcessRecord> {
    return this.withoutName;
  }

  /** Every process that shows a token. */
  all(): Iterable<ProcessRecord> {
    return this.byProcess.keys();
  }

  forget(process: ProcessRecord): void {
    for (const id of this.byProcess.get(process) ?? []) {
      const holders = this.bySession.get(id);
      holders?.delete(process);
      if (holders?.size === 0) this.bySession.delete(id);
    }
    this.byProcess.delete(process);
    this.withoutName.delete(process);
  }
}
