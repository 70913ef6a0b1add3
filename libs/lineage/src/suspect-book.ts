import type { AuditMatch } from './decide.ts';
import { isCertain, matchAudit, type Suspect } from './match-audit.ts';
import { type ProcessRecord, podOf } from './process-record.ts';
import type { SessionRecord } from './session-record.ts';

/** The processes that came from outside without a token, by pod, and how the audit log explains them. */
export class SuspectBook {
  private readonly byPod = new Map<string, Set<ProcessRecord>>();
  private readonly matches = new Map<ProcessRecord, AuditMatch>();
  /** Pods whose matches must be made again. */
  readonly dirtyPods = new Set<string>();

  /** Notes whether a process is to be explained. */
  set(process: ProcessRecord, isSuspect: boolean): void {
    const pod = podOf(process.container);
    if (pod === undefined) return;
    const suspects = this.byPod.get(pod) ?? new Set();
    if (suspects.has(process) === isSuspect) return;
    if (isSuspect) suspects.add(process);
    else suspects.delete(process);
    if (suspects.size > 0) this.byPod.set(pod, suspects);
    else this.byPod.delete(pod);
    this.dirtyPods.add(pod);
  }

  /** Something about a suspect changed; others are not affected. */
  touch(process: ProcessRecord): void {
    const pod = podOf(process.container);
    if (pod !== undefined && this.byPod.get(pod)?.has(process)) this.dirtyPods.add(pod);
  }

  /** The suspects for which a condition holds; their pods are matched again. */
  touchAll(condition: (process: ProcessRecord) => boolean): ProcessRecord[] {
    const touched: ProcessRecord[] = [];
    for (const [pod, suspects] of this.byPod) {
      const own = [...suspects].filter(condition);
      if (own.length > 0) this.dirtyPods.add(pod);
      touched.push(...own);
    }
    return touched;
  }

  match(process: ProcessRecord): AuditMatch | undefined {
    return this.matches.get(process);
  }

  forget(process: ProcessRecord): void {
    this.set(process, false);
    this.matches.delete(process);
  }

  /** Matches the suspects of a pod again; returns those whose match changed. */
  rematch(pod: string, sessions: readonly SessionRecord[], asSuspect: (process: ProcessRecord) => Suspect): ProcessRecord[] {
    const suspects = [...(this.byPod.get(pod) ?? [])];
    const found = matchAudit(suspects.map(asSuspect), sessions);
    return suspects.filter((process) => {
      const fitting = found.get(process) ?? [];
      const kind = isCertain(found, process) ? 'certain' : 'ambiguous';
      return this.replace(process, fitting.length === 0 ? undefined : { kind, sessionIds: fitting.map(({ id }) => id) });
    });
  }

  private replace(process: ProcessRecord, match: AuditMatch | undefined): boolean {
    const old = this.matches.get(process);
    if (old?.kind === match?.kind && old?.sessionIds.join() === match?.sessionIds.join()) return false;
    if (match) this.matches.set(process, match);
    else this.matches.delete(process);
    return true;
  }
}
