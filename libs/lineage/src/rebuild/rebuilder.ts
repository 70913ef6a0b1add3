import type { AuditEvent, ExecSession, FalcoEvent, TokenVerifier } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { observer } from '../observation.ts';
import type { LineageStore } from '../store/lineage-store.ts';
import { ClusterFacts, type KeptCounts } from './cluster-facts.ts';

/** How facts are made again. */
export interface RebuildOptions {
  readonly store: LineageStore;
  readonly now: Millis;
  readonly prefix: string;
  readonly sessionTtl: Millis;
  readonly processTtl: Millis;
}

/**
 * Nothing is decided here, so a signature does not matter: a process that shows any token is kept as long as one that belongs
 * to a session, and the resolver checks it when it has taken the facts in.
 */
const ANY_TOKEN: TokenVerifier = { verify: () => 'valid' };

/**
 * Makes the facts of a store again from the topics: reports first, then audit events, then Falco events in the order of their
 * partitions. Facts that the store has may come again; they change nothing.
 */
export class Rebuilder {
  private readonly clusters = new Map<string, ClusterFacts>();
  private readonly observe: ReturnType<typeof observer>;

  constructor(private readonly options: RebuildOptions) {
    this.observe = observer(options.prefix);
  }

  takeReports(reports: readonly ExecSession[]): void {
    for (const report of reports) this.of(report.cluster).takeReport(report);
  }

  takeAudit(events: readonly AuditEvent[]): void {
    for (const event of events) this.of(event.whoran.cluster).takeAudit(event);
  }

  takeFalco(events: readonly FalcoEvent[]): void {
    for (const event of events) {
      const seen = this.observe(event);
      if (typeof seen === 'string') continue;
      const received = Date.parse(event.whoran.receivedAt);
      this.of(event.whoran.cluster).takeObservation(event.whoran.node, seen, Number.isNaN(received) ? this.options.now : received);
    }
  }

  /** Saves everything that would still be kept. Rejects with DependencyUnavailable; then it may be called again. */
  async save(): Promise<KeptCounts> {
    const total = { reports: 0, pods: 0, nodes: 0, processes: 0, facts: 0 };
    for (const cluster of this.clusters.values()) {
      const counts = await cluster.save(this.options.store);
      for (const key of Object.keys(total) as (keyof KeptCounts)[]) total[key] += counts[key];
    }
    return total;
  }

  private of(cluster: string): ClusterFacts {
    const known = this.clusters.get(cluster) ?? new ClusterFacts(cluster, ANY_TOKEN, this.options);
    this.clusters.set(cluster, known);
    return known;
  }
}
