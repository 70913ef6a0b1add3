import type { AuditEvent, ExecSession, TokenVerifier } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { ClusterLineage } from '../cluster-lineage.ts';
import type { Observation } from '../observation.ts';
import { ProbeBook } from '../probe-book.ts';
import type { ProcessRecord } from '../process-record.ts';
import type { FactNews, LineageStore, NodeNews, SharedFact, StoredFact } from '../store/lineage-store.ts';

/** How much was saved. */
export interface KeptCounts {
  readonly reports: number;
  readonly pods: number;
  readonly nodes: number;
  readonly processes: number;
  readonly facts: number;
}

interface Times {
  readonly now: Millis;
  readonly sessionTtl: Millis;
  readonly processTtl: Millis;
}

/** What is old is dropped after so many events, so that memory holds what is kept and not what was read. */
const SWEEP_EVERY = 50_000;
/** So many groups, or shared facts, are saved in one round trip. */
const SAVED_TOGETHER = 200;

/** The facts of one cluster while they are made again. */
export class ClusterFacts {
  private readonly lineage: ClusterLineage;
  private readonly probes = new ProbeBook();
  private readonly nodes = new Map<string, Map<ProcessRecord, StoredFact[]>>();
  private readonly shared: SharedFact[] = [];
  private reports = 0;
  private taken = 0;
  private arriving: Millis;
  private newest: Millis = 0;

  constructor(
    readonly cluster: string,
    verifier: TokenVerifier,
    private readonly times: Times,
  ) {
    this.arriving = times.now;
    this.lineage = new ClusterLineage(cluster, verifier, this.probes, (node, process, seen) => this.keep(node, process, seen));
  }

  takeReport(report: ExecSession): void {
    if (!this.lineage.takeReport(report, this.times.now)) return;
    this.reports += 1;
    this.shared.push({ kind: 'report', report });
  }

  takeAudit(event: AuditEvent): void {
    const learned = this.probes.take(event);
    if (learned) this.shared.push({ kind: 'probes', ...learned });
  }

  takeObservation(node: string, seen: Observation, arrived: Millis): void {
    this.arriving = arrived;
    this.newest = Math.max(this.newest, arrived);
    this.lineage.takeObservation(node, seen, arrived);
    this.taken += 1;
    if (this.taken % SWEEP_EVERY === 0) this.sweep(this.newest);
  }

  async save(store: LineageStore): Promise<KeptCounts> {
    this.sweep(this.times.now);
    for (const some of chunks(this.shared)) await store.share(this.cluster, some);
    let [nodes, processes, facts] = [0, 0, 0];
    for (const [node, known] of this.nodes) {
      const groups = [...known].flatMap(([process, own]) => this.groupsOf(process, own)).filter(({ keep }) => keep > 0);
      if (groups.length === 0) continue;
      nodes += 1;
      processes += groups.length;
      facts += groups.reduce((sum, { facts: own }) => sum + own.length, 0);
      for (const some of chunks(groups)) await store.add(this.cluster, [this.newsOf(node, some)]);
    }
    const pods = this.shared.length - this.reports;
    return { reports: this.reports, pods, nodes, processes, facts };
  }

  private keep(node: string, process: ProcessRecord, seen: Observation): void {
    const known = this.nodes.get(node) ?? new Map<ProcessRecord, StoredFact[]>();
    this.nodes.set(node, known);
    const facts = known.get(process) ?? [];
    facts.push({ seen, arrived: this.arriving });
    known.set(process, facts);
  }

  private newsOf(node: string, facts: readonly FactNews[]): NodeNews {
    return { node, since: this.lineage.sinceOf(node), facts, opened: [], closed: [] };
  }

  /** A shell may have thousands of forks: groups are bounded. */
  private groupsOf(process: ProcessRecord, facts: readonly StoredFact[]): readonly FactNews[] {
    const { sessionTtl, processTtl, now } = this.times;
    const keep = process.lastSeen + (process.decision.kind === 'none' ? processTtl : sessionTtl) - now;
    const name = `${process.container.id}/${process.pid}/${process.start}`;
    return [...chunks(facts)].map((some, index) => ({ name: index === 0 ? name : `${name}/forks/${index}`, facts: some, keep }));
  }

  /** Forgets what a resolver would have forgotten by then. */
  private sweep(now: Millis): void {
    const { sessionTtl, processTtl } = this.times;
    this.lineage.settle();
    this.lineage.forget({ processes: now - sessionTtl, unnamed: now - processTtl, sessions: 0 });
    for (const known of this.nodes.values()) {
      for (const process of known.keys()) if (!process.container.members.has(process)) known.delete(process);
    }
  }
}

function* chunks<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < items.length; at += SAVED_TOGETHER) yield items.slice(at, at + SAVED_TOGETHER);
}
