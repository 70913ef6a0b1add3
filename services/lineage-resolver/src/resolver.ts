import type { Bus } from '@whoran/bus';
import { type AttributedEvent, type AuditEvent, type ExecSession, type FalcoEvent, type TokenVerifier, topics } from '@whoran/contracts';
import { type Cancel, type Clock, type Logger, type Millis, isRetriable, messageOf } from '@whoran/kernel';
import { ClusterLineage, type LineageStore, type NewFacts, type Observation, observer } from '@whoran/lineage';
import type { Metrics } from '@whoran/service-kit';
import { attributedEvent } from './attributed-event.ts';
import { ClusterResolver, type Emission } from './cluster-resolver.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { resolverMetrics } from './metrics.ts';
import { ProbeBook } from './probe-book.ts';

const LONGEST_SLEEP = 1_000;

/** What the resolver is built from. */
export interface ResolverParts {
  readonly store: LineageStore;
  readonly verifier: TokenVerifier;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Takes in batches, one after the other, and emits what they decide. Timers emit what has waited long enough. */
export class Resolver {
  private readonly clusters = new Map<string, ClusterResolver>();
  private readonly observe: ReturnType<typeof observer>;
  private readonly measured: ReturnType<typeof resolverMetrics>;
  private turn: Promise<void> = Promise.resolve();
  private timer: { readonly at: Millis; readonly cancel: Cancel } | undefined;

  constructor(
    private readonly parts: ResolverParts,
    private readonly config: LineageResolverConfig,
  ) {
    this.observe = observer(config.prefix);
    this.measured = resolverMetrics(parts.metrics);
  }

  /** Takes in reports about sessions. */
  takeReports(reports: readonly ExecSession[]): Promise<void> {
    return this.inTurn(async () => {
      const now = this.parts.clock.now();
      for (const [cluster, own] of Map.groupBy(reports, (report) => report.cluster)) {
        const resolver = await this.clusterOf(cluster);
        for (const report of own) resolver.takeReport(report, now);
        await this.commit(cluster, { reports: own, observations: [] });
      }
      await this.emitDue();
    });
  }

  /** Takes in audit events, for what they say of pods. */
  takeAudit(events: readonly AuditEvent[]): Promise<void> {
    return this.inTurn(async () => {
      for (const event of events) (await this.clusterOf(event.whoran.cluster)).takeAudit(event);
    });
  }

  /** Takes in Falco events and emits those whose answer is settled. */
  takeFalco(events: readonly FalcoEvent[]): Promise<void> {
    return this.inTurn(async () => {
      const now = this.parts.clock.now();
      const foreign: AttributedEvent[] = [];
      for (const [cluster, own] of Map.groupBy(events, (event) => event.whoran.cluster)) {
        const resolver = await this.clusterOf(cluster);
        const observations: { node: string; seen: Observation }[] = [];
        for (const event of own) {
          const seen = this.observe(event);
          if (typeof seen === 'string') {
            foreign.push(attributedEvent(event, { evidence: 'none', reason: seen }, 0));
            continue;
          }
          observations.push({ node: event.whoran.node, seen });
          resolver.takeFalco(event, seen, now);
        }
        await this.commit(cluster, { reports: [], observations });
      }
      if (foreign.length > 0) await this.parts.bus.publish(topics.attributedEvents, foreign);
      await this.emitDue();
    });
  }

  /** Emits everything that waits. For the end of the service. */
  flush(): Promise<void> {
    this.timer?.cancel();
    return this.inTurn(async () => {
      const now = this.parts.clock.now();
      for (const cluster of this.clusters.values()) await this.emit(cluster.flush(now));
    });
  }

  /** The public keys have changed. */
  keysChanged(): void {
    void this.inTurn(async () => {
      for (const { lineage } of this.clusters.values()) lineage.keysChanged();
      await this.emitDue();
    });
  }

  private async clusterOf(name: string): Promise<ClusterResolver> {
    const known = this.clusters.get(name);
    if (known) return known;
    const probes = new ProbeBook();
    const lineage = await this.parts.store.open(name, () => new ClusterLineage(name, this.parts.verifier, probes));
    const resolver = new ClusterResolver(lineage, probes, this.config);
    this.clusters.set(name, resolver);
    return resolver;
  }

  private async commit(cluster: string, facts: NewFacts): Promise<void> {
    await this.parts.store.commit(cluster, facts);
  }

  private async emitDue(): Promise<void> {
    const now = this.parts.clock.now();
    for (const cluster of this.clusters.values()) {
      await this.emit(cluster.due(now));
      const learned = cluster.learned(now);
      if (learned.length > 0) await this.parts.bus.publish(topics.imageStrategies, learned);
      this.measured.learned.inc(learned.length);
    }
    this.gauge();
    this.sleep(now);
  }

  private async emit(emissions: readonly Emission[]): Promise<void> {
    if (emissions.length === 0) return;
    await this.parts.bus.publish(
      topics.attributedEvents,
      emissions.map(({ event }) => event),
    );
    for (const { event, done } of emissions) {
      done();
      if (event.source === 'whoran') this.measured.alerts.inc({ rule: event.rule });
      else this.measured.emitted.inc({ evidence: event.whoran.attribution.evidence, revised: String(event.whoran.revision > 0) });
    }
  }

  private gauge(): void {
    const clusters = [...this.clusters.values()];
    this.measured.processes.set(clusters.reduce((sum, { lineage }) => sum + lineage.size, 0));
    this.measured.waiting.set(clusters.reduce((sum, { waits }) => sum + waits, 0));
  }

  /** Wakes up when the next event has waited long enough. */
  private sleep(now: Millis): void {
    const next = Math.min(...[...this.clusters.values()].map((cluster) => cluster.next ?? Infinity));
    if (next === Infinity || (this.timer && this.timer.at <= next && this.timer.at > now)) return;
    this.timer?.cancel();
    const cancel = this.parts.clock.schedule(Math.max(1, next - now), () => {
      this.timer = undefined;
      this.inTurn(() => this.emitDue()).catch((error: unknown) => this.retryLater(error));
    });
    this.timer = { at: next, cancel };
  }

  private retryLater(error: unknown): void {
    const level = isRetriable(error) ? 'warn' : 'error';
    this.parts.logger[level]('resolver.emit-failed', { error: messageOf(error) });
    this.timer = {
      at: 0,
      cancel: this.parts.clock.schedule(
        LONGEST_SLEEP,
        () => void this.inTurn(() => this.emitDue()).catch((again: unknown) => this.retryLater(again)),
      ),
    };
  }

  /** Batches of several partitions and timers take turns: what one decides, the next must know. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
