import type { Bus } from '@whoran/bus';
import { type AttributedEvent, type AuditEvent, type ExecSession, type FalcoEvent, type TokenVerifier, topics } from '@whoran/contracts';
import { type Cancel, type Clock, DependencyUnavailable, type Logger, type Millis, isRetriable, messageOf } from '@whoran/kernel';
import { ClusterLineage, type Committed, type LineageStore, type Observation, ProbeBook, type SharedFact, observer } from '@whoran/lineage';
import { type Metrics, type Tracing, tellAttributed } from '@whoran/service-kit';
import { attributedEvent } from './attributed-event.ts';
import { ClusterResolver } from './cluster-resolver.ts';
import type { Emission } from './emission.ts';
import { FactKeeper } from './fact-keeper.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { countEmissions, resolverMetrics } from './metrics.ts';
import { Turns } from './turns.ts';

const RETRY_AFTER: Millis = 1_000;
const TEND_EVERY: Millis = 5_000;
/** So often a node may be taken away within one batch before the batch waits and comes again. */
const TAKES = 4;

const NOTHING_CHANGED: Committed = { lost: [], emptied: [], refreshed: [] };

/** What the resolver is built from. */
export interface ResolverParts {
  readonly store: LineageStore;
  readonly verifier: TokenVerifier;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

interface Seen {
  readonly event: FalcoEvent;
  readonly seen: Observation;
}

/** Takes in batches, one after the other, and emits what they decide; the next is taken in while the bus confirms the last. Timers emit what has waited long enough. */
export class Resolver {
  private readonly clusters = new Map<string, ClusterResolver>();
  private readonly observe: ReturnType<typeof observer>;
  private readonly measured: ReturnType<typeof resolverMetrics>;
  private readonly turns = new Turns();
  private timer: { readonly at: Millis; readonly cancel: Cancel } | undefined;
  private tending: Cancel | undefined;
  private ended = false;

  constructor(
    private readonly parts: ResolverParts,
    private readonly config: LineageResolverConfig,
  ) {
    this.observe = observer(config.prefix);
    this.measured = resolverMetrics(parts.metrics);
    parts.store.listen((cluster, facts) => this.hear(cluster, facts));
    if (parts.store.durable) this.tendLater();
  }

  /** Takes in reports about sessions. */
  takeReports(reports: readonly ExecSession[]): Promise<void> {
    return this.turns.take(async () => {
      const now = this.parts.clock.now();
      for (const report of reports) (await this.clusterOf(report.cluster)).takeReport(report, now);
      await this.emitDue();
    });
  }

  /** Takes in audit events, for what they say of pods. */
  takeAudit(events: readonly AuditEvent[]): Promise<void> {
    return this.turns.take(async () => {
      for (const event of events) (await this.clusterOf(event.whoran.cluster)).takeAudit(event);
      await this.shareAll();
    });
  }

  /** Takes in Falco events and emits those whose answer is settled. */
  takeFalco(events: readonly FalcoEvent[]): Promise<void> {
    return this.turns.take(async () => {
      const foreign: AttributedEvent[] = [];
      const batch = new Map<ClusterResolver, Seen[]>();
      for (const [name, own] of Map.groupBy(events, (event) => event.whoran.cluster)) {
        const observed: Seen[] = [];
        for (const event of own) {
          const seen = this.observe(event);
          if (typeof seen === 'string') foreign.push(attributedEvent(event, { evidence: 'none', reason: seen }, 0));
          else observed.push({ event, seen });
        }
        const cluster = await this.clusterOf(name);
        const nodes = new Set(own.map(({ whoran }) => whoran.node));
        const missing = [...nodes].filter((node) => !cluster.holds(node));
        await this.adopt(cluster, missing);
        this.takeIn(cluster, observed);
        batch.set(cluster, observed);
      }
      if (foreign.length > 0) this.turns.ship(this.parts.bus.publish(topics.attributedEvents, foreign));
      await this.emitDue(batch);
    });
  }

  /** Emits everything that waits if nobody else can later. For the end of the service. */
  flush(): Promise<void> {
    this.ended = true;
    this.timer?.cancel();
    this.tending?.();
    return this.turns.take(async () => {
      if (this.parts.store.durable) return;
      const now = this.parts.clock.now();
      for (const cluster of this.clusters.values()) this.publish(cluster.flush(now));
    });
  }

  /** Resolves when nothing is being taken in or emitted. */
  idle(): Promise<void> {
    return this.turns.idle();
  }

  /** The public keys have changed. */
  keysChanged(): void {
    this.turns
      .take(async () => {
        for (const { lineage } of this.clusters.values()) lineage.keysChanged();
        await this.emitDue();
      })
      .catch((error: unknown) => this.retryLater(error));
  }

  private hear(name: string, facts: readonly SharedFact[]): void {
    const cluster = this.clusters.get(name);
    if (!cluster || this.ended) return;
    this.turns
      .take(async () => {
        const now = this.parts.clock.now();
        for (const fact of facts) cluster.hear(fact, now);
        await this.emitDue();
      })
      .catch((error: unknown) => this.retryLater(error));
  }

  private async clusterOf(name: string): Promise<ClusterResolver> {
    const known = this.clusters.get(name);
    if (known) return known;
    const { store, verifier, clock } = this.parts;
    const probes = new ProbeBook();
    const keeper = new FactKeeper(this.config, store.durable);
    const keep = (...[node, process, seen]: Parameters<NonNullable<ConstructorParameters<typeof ClusterLineage>[3]>>) =>
      keeper.fact(node, process, seen, clock.now());
    const lineage = new ClusterLineage(name, verifier, probes, store.durable ? keep : undefined);
    const cluster = new ClusterResolver(lineage, probes, this.config, keeper);
    for (const fact of await store.openCluster(name)) cluster.hear(fact, clock.now());
    this.clusters.set(name, cluster);
    return cluster;
  }

  private async adopt(cluster: ClusterResolver, nodes: readonly string[]): Promise<void> {
    if (nodes.length === 0) return;
    const { store, clock } = this.parts;
    const facts = await store.take(cluster.lineage.cluster, nodes);
    for (const [index, node] of nodes.entries()) {
      const known = facts[index];
      if (known) cluster.adopt(node, known, this.observe, clock.now());
    }
    this.measured.taken.inc(nodes.length);
  }

  private takeIn(cluster: ClusterResolver, events: readonly Seen[]): void {
    const now = this.parts.clock.now();
    for (const { event, seen } of events) cluster.takeFalco(event, seen, now);
  }

  /** Emits what is due. Of nodes that were taken away the batch's own events are taken in again, with all that is known now. */
  private async emitDue(batch?: ReadonlyMap<ClusterResolver, readonly Seen[]>): Promise<void> {
    await this.shareAll();
    for (const cluster of this.clusters.values()) await this.emitFrom(cluster, batch?.get(cluster) ?? []);
    await this.learnImages();
    this.makeRoom();
    this.gauge();
    this.sleep();
  }

  private async emitFrom(cluster: ClusterResolver, own: readonly Seen[]): Promise<void> {
    for (let takes = 0; ; takes += 1) {
      const { lost, refreshed } = await this.emitOf(cluster);
      if (lost.length + refreshed.length === 0) return;
      if (takes >= TAKES) throw new DependencyUnavailable('two resolvers take the same nodes from each other');
      const again = own.filter(({ event }) => lost.includes(event.whoran.node));
      const wanted = new Set(again.map(({ event }) => event.whoran.node));
      for (const node of lost) if (!wanted.has(node)) cluster.drop(node);
      await this.adopt(cluster, [...wanted, ...refreshed]);
      this.takeIn(cluster, again);
    }
  }

  /** Commits and emits what is due in a cluster. */
  private async emitOf(cluster: ClusterResolver): Promise<Committed> {
    const { store, clock } = this.parts;
    const now = clock.now();
    const emissions = cluster.due(now);
    if (!store.durable) {
      this.publish(emissions);
      return NOTHING_CHANGED;
    }
    const news = cluster.news(emissions);
    const committed = news.length > 0 ? await store.commit(cluster.lineage.cluster, news) : NOTHING_CHANGED;
    const lost = new Set(committed.lost);
    cluster.keeper.committed(
      news.filter(({ node }) => !lost.has(node)),
      now,
    );
    for (const node of committed.emptied) cluster.keeper.emptied(node);
    this.measured.lost.inc(lost.size);
    this.publish(emissions.filter(({ event }) => !lost.has(event.whoran.node)));
    return committed;
  }

  private publish(emissions: readonly Emission[]): void {
    if (emissions.length > 0) this.turns.ship(this.send(emissions));
  }

  private async send(emissions: readonly Emission[]): Promise<void> {
    const { bus, tracing, clock } = this.parts;
    const events = emissions.map(({ event }) => event);
    for (const { left } of emissions) left();
    try {
      await bus.publish(topics.attributedEvents, events);
    } catch (error) {
      for (const { failed } of emissions) failed();
      throw error;
    }
    for (const { arrived } of emissions) arrived();
    tellAttributed(tracing, events, clock.now());
    countEmissions(this.measured, emissions);
  }

  private async shareAll(): Promise<void> {
    for (const cluster of this.clusters.values()) {
      const facts = cluster.unshared;
      if (facts.length === 0) continue;
      await this.parts.store.share(cluster.lineage.cluster, facts);
      cluster.unshared = cluster.unshared.slice(facts.length);
    }
  }

  private async learnImages(): Promise<void> {
    const now = this.parts.clock.now();
    const learned = [...this.clusters.values()].flatMap((cluster) => cluster.learned(now));
    if (learned.length > 0) await this.parts.bus.publish(topics.imageStrategies, learned);
    this.measured.learned.inc(learned.length);
  }

  /** Of too much that is kept for revisions, those clusters let go that keep more than their part. */
  private makeRoom(): void {
    const clusters = [...this.clusters.values()];
    const kept = () => clusters.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
    const { maxKeptBytes } = this.config;
    if (kept() > maxKeptBytes) for (const cluster of clusters) this.measured.letGo.inc(cluster.keepAtMost(maxKeptBytes / clusters.length));
    this.measured.kept.set(kept());
  }

  private gauge(): void {
    const clusters = [...this.clusters.values()];
    this.measured.processes.set(clusters.reduce((sum, { lineage }) => sum + lineage.size, 0));
    this.measured.waiting.set(clusters.reduce((sum, { waits }) => sum + waits, 0));
  }

  /** Wakes up when the next event has waited long enough. */
  private sleep(): void {
    const now = this.parts.clock.now();
    const next = Math.min(...[...this.clusters.values()].map((cluster) => cluster.next ?? Infinity));
    if (this.ended || next === Infinity || (this.timer && this.timer.at <= next && this.timer.at > now)) return;
    this.timer?.cancel();
    this.timer = { at: next, cancel: this.parts.clock.schedule(Math.max(1, next - now), () => this.wake()) };
  }

  private wake(): void {
    this.timer = undefined;
    this.turns.take(() => this.emitDue()).catch((error: unknown) => this.retryLater(error));
  }

  private retryLater(error: unknown): void {
    if (this.ended) return;
    const level = isRetriable(error) ? 'warn' : 'error';
    this.parts.logger[level]('resolver.emit-failed', { error: messageOf(error) });
    this.timer?.cancel();
    this.timer = { at: 0, cancel: this.parts.clock.schedule(RETRY_AFTER, () => this.wake()) };
  }

  /** Looks after open events: its own, and those of nodes whose resolver is gone. */
  private tendLater(): void {
    this.tending = this.parts.clock.schedule(TEND_EVERY, () => {
      this.turns
        .take(() => this.tend())
        .catch((error: unknown) => this.parts.logger.warn('resolver.tend-failed', { error: messageOf(error) }))
        .finally(() => {
          if (!this.ended) this.tendLater();
        });
    });
  }

  private async tend(): Promise<void> {
    const mine = [...this.clusters].flatMap(([cluster, { keeper }]) => keeper.openNodes().map((node) => ({ cluster, node })));
    const left = await this.parts.store.tend(mine);
    for (const [name, nodes] of Map.groupBy(left, ({ cluster }) => cluster)) {
      const cluster = await this.clusterOf(name);
      await this.adopt(
        cluster,
        nodes.map(({ node }) => node),
      );
    }
    await this.emitDue();
  }
}
