import type { Millis } from '@whoran/kernel';
import { type ClusterLineage, type ProcessRecord, describe, findMisuse } from '@whoran/lineage';
import { Deadlines } from './deadlines.ts';
import type { Emission } from './emission.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { revisionOf } from './revision.ts';
import { type Finding, alertId, ownAlertEvent } from './own-alert.ts';

interface Raised {
  readonly process: ProcessRecord;
  readonly finding: Finding;
  readonly raisedAt: Millis;
  fingerprint: string;
  count: number;
  withdrawn: boolean;
}

const MAX_RAISED = 100_000;

/**
 * Raises the resolver's own alerts: tokens where they do not belong, and processes that nobody explains. A finding must
 * stand for a while, because facts come out of order; one that later proves wrong is withdrawn by a revision.
 */
export class AlertWatch {
  private readonly tokensDue: Deadlines<ProcessRecord>;
  private readonly unattributedDue: Deadlines<ProcessRecord>;
  private readonly raised = new Map<string, Raised>();
  private readonly byProcess = new WeakMap<ProcessRecord, Set<string>>();
  private readonly scheduled = new WeakSet<ProcessRecord>();
  private readonly ripe = new WeakSet<ProcessRecord>();
  private readonly recheck = new Set<ProcessRecord>();

  constructor(
    private readonly lineage: ClusterLineage,
    private readonly options: { readonly config: LineageResolverConfig; readonly epochOf: (node: string) => number },
  ) {
    const { config } = options;
    this.tokensDue = new Deadlines(config.wait);
    this.unattributedDue = new Deadlines(config.unattributedAfter);
  }

  /** Notes that an event of a process came in. */
  see(process: ProcessRecord, now: Millis): void {
    if (process.tokens.length > 0 || process.claims.length > 0) this.tokensDue.add(process, now);
    if (!process.outsideParent || process.vpid === 1 || this.scheduled.has(process)) return;
    this.scheduled.add(process);
    this.unattributedDue.add(process, now);
  }

  /** Notes that the answer for a process changed. */
  change(process: ProcessRecord): void {
    if (this.byProcess.has(process)) this.recheck.add(process);
  }

  /** The alerts to emit now: new ones, changed ones, withdrawn ones. */
  due(now: Millis): Emission[] {
    const unattributed = this.unattributedDue.take(now);
    for (const process of unattributed) this.ripe.add(process);
    const due = new Set([...this.tokensDue.take(now), ...unattributed, ...this.recheck]);
    this.recheck.clear();
    const emissions: Emission[] = [];
    for (const process of due)
      if (!process.dropped) emissions.push(...this.compare(process, [...this.misuses(process), ...this.unattributed(process)], now));
    return emissions;
  }

  /** When something is next due. */
  get next(): Millis | undefined {
    const times = [this.tokensDue.next, this.unattributedDue.next].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Forgets alerts raised before a time. */
  forget(before: Millis): void {
    for (const [id, { raisedAt }] of this.raised) if (raisedAt < before || this.raised.size > MAX_RAISED) this.raised.delete(id);
  }

  private misuses(process: ProcessRecord): Finding[] {
    return findMisuse(process, this.lineage.knowledge(process)).map(({ kind, token, sessionId }) => ({ kind, token, victim: sessionId }));
  }

  private unattributed(process: ProcessRecord): Finding[] {
    const { decision, firstStart } = process;
    if (!this.ripe.has(process) || !firstStart || decision.kind !== 'none' || decision.reason !== 'runtime-exec') return [];
    return [{ kind: 'unattributed-exec', reason: decision.reason }];
  }

  private compare(process: ProcessRecord, findings: readonly Finding[], now: Millis): Emission[] {
    const node = this.lineage.nodeNameOf(process);
    const found = new Map(findings.map((finding) => [alertId(this.lineage.cluster, node, process, finding), finding]));
    const emissions = [...found].flatMap(([id, finding]) => this.emit(id, process, finding, false, now));
    for (const id of this.byProcess.get(process) ?? []) {
      const old = this.raised.get(id);
      if (old && !found.has(id) && old.process === process) emissions.push(...this.emit(id, process, old.finding, true, now));
    }
    return emissions;
  }

  private emit(id: string, process: ProcessRecord, finding: Finding, withdrawn: boolean, now: Millis): Emission[] {
    const old = this.raised.get(id);
    if (old && old.process !== process && !old.process.dropped) return [];
    const { lineage } = this;
    const attribution = describe(lineage, process);
    const fingerprint = JSON.stringify([finding, withdrawn, attribution]);
    if (old?.fingerprint === fingerprint) return [];
    const count = old ? old.count + 1 : 0;
    const node = lineage.nodeNameOf(process);
    const receivedAt = new Date(now).toISOString();
    const event = ownAlertEvent({
      id,
      cluster: lineage.cluster,
      node,
      process,
      finding,
      attribution,
      receivedAt,
      revision: revisionOf(this.options.epochOf(node), count),
      withdrawn,
    });
    const left = () => {
      this.raised.set(id, { process, finding, raisedAt: now, fingerprint, count, withdrawn });
      this.byProcess.set(process, (this.byProcess.get(process) ?? new Set()).add(id));
    };
    const failed = () => {
      // Whether an earlier revision has arrived is not known here, so this one stays as one that equals nothing.
      if (this.raised.get(id)?.fingerprint === fingerprint)
        this.raised.set(id, { process, finding, raisedAt: now, fingerprint: '', count, withdrawn });
      this.recheck.add(process);
    };
    return [{ event, revised: count > 0, waited: undefined, left, arrived: () => {}, failed }];
  }
}
