import type { ExecSession } from '@whoran/contracts';
import type { Millis, Nanos } from '@whoran/kernel';
import type { ContainerRecord } from './process-record.ts';
import { type Reports, type SessionRecord, addReport, foldReports } from './session-record.ts';

interface Entry {
  reports: Reports;
  record: SessionRecord;
  /** When the last report arrived, by our clock. */
  lastSeen: Millis;
}

/** A session seen twice under two ids, because the webhook answered without an annotation, was asked for within this time. */
const SAME_REQUEST = 5_000_000_000n;

/** The sessions of one cluster. */
export class SessionBook {
  private readonly entries = new Map<string, Entry>();
  private readonly byPod = new Map<string, Set<string>>();

  /** How many sessions are held. */
  get size(): number {
    return this.entries.size;
  }

  /** Adds a report; returns the record if that changed anything. */
  add(report: ExecSession, now: Millis): SessionRecord | undefined {
    const old = this.entries.get(report.id);
    const reports = addReport(old?.reports ?? new Map(), report);
    if (reports === old?.reports) return undefined;
    const record = foldReports(reports);
    this.entries.set(report.id, { reports, record, lastSeen: now });
    const pod = podKey(record.namespace, record.pod);
    this.byPod.set(pod, (this.byPod.get(pod) ?? new Set()).add(record.id));
    return record;
  }

  get(id: string): SessionRecord | undefined {
    return this.entries.get(id)?.record;
  }

  /** The sessions of a pod, in the order of their requests. */
  ofPod(namespace: string, pod: string): SessionRecord[] {
    const ids = [...(this.byPod.get(podKey(namespace, pod)) ?? [])];
    return ids.map((id) => (this.entries.get(id) as Entry).record).sort(byRequest);
  }

  /** The `kubectl debug` session that made a container: the last one asked for before the container began. */
  debugSession(container: ContainerRecord, tolerance: Nanos): SessionRecord | undefined {
    const { namespace, pod, name, began } = container;
    if (namespace === undefined || pod === undefined) return undefined;
    const makers = this.ofPod(namespace, pod).filter((session) => {
      if (session.refused || (began !== undefined && session.requested > began + tolerance)) return false;
      if (session.kind === 'debug-pod') return true;
      return session.kind === 'ephemeral-container' && name !== undefined && session.container === name;
    });
    const last = makers.at(-1);
    // The webhook's own record stands for both when the audit log has the same request under another id.
    return (
      last && (makers.find((session) => session.requested > last.requested - SAME_REQUEST && !session.id.startsWith('audit:')) ?? last)
    );
  }

  /** Forgets sessions whose last report arrived before `before` and that `inUse` does not hold. */
  forget(before: Millis, inUse: (id: string) => boolean): void {
    for (const [id, { record, lastSeen }] of this.entries) {
      if (lastSeen >= before || inUse(id)) continue;
      this.entries.delete(id);
      const pod = podKey(record.namespace, record.pod);
      const ids = this.byPod.get(pod);
      ids?.delete(id);
      if (ids?.size === 0) this.byPod.delete(pod);
    }
  }
}

function podKey(namespace: string, pod: string): string {
  return `${namespace}/${pod}`;
}

function byRequest(a: SessionRecord, b: SessionRecord): number {
  if (a.requested !== b.requested) return a.requested < b.requested ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
