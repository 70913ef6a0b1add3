import type { AuditEvent, ExecSession, FalcoEvent, ImageStrategy } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import {
  type ClusterLineage,
  KeptEvent,
  type NodeFacts,
  type NodeNews,
  type Observation,
  type ProbeBook,
  type ProcessRecord,
  type Retained,
  type SharedFact,
  isSettled,
  release,
  retain,
} from '@whoran/lineage';
import { AlertWatch } from './alert-watch.ts';
import { Deadlines } from './deadlines.ts';
import type { Emission } from './emission.ts';
import { FactKeeper } from './fact-keeper.ts';
import { ImageWatch } from './image-watch.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { Outgoing } from './outgoing.ts';
import { RevisionShelf } from './revision-shelf.ts';

/** How long after its end, or its start, an injected session must have shown a root. */
const ROOT_EXPECTED_WITHIN = 60_000;
const SWEEP_EVERY = 60_000;

/**
 * Emits the events of one cluster's nodes with what is known of their users. An event goes out at once when its answer is
 * settled, else when it has waited long enough; it goes out again, as a higher revision, whenever its answer changes.
 */
export class ClusterResolver {
  /** Facts for the other resolvers that were not shared yet. */
  unshared: SharedFact[] = [];
  private readonly epochs = new Map<string, number>();
  private readonly waiting: Deadlines<Retained>;
  private readonly kept: RevisionShelf;
  private readonly rootsDue = new Deadlines<string>(ROOT_EXPECTED_WITHIN);
  private readonly outgoing: Outgoing;
  private readonly alerts: AlertWatch;
  private readonly images: ImageWatch;
  private sweptAt: Millis = 0;

  constructor(
    readonly lineage: ClusterLineage,
    readonly probes: ProbeBook,
    private readonly config: LineageResolverConfig,
    readonly keeper: FactKeeper,
  ) {
    const epochOf = (node: string) => this.epochs.get(node) ?? 0;
    const isSettledOf = ({ decision }: ProcessRecord) => isSettled(decision, (id) => lineage.sessions.get(id));
    const { wait, revise } = config;
    this.waiting = new Deadlines(wait);
    this.outgoing = new Outgoing({ lineage, keeper, wait, epochOf, isSettled: isSettledOf });
    this.kept = new RevisionShelf({
      revise,
      isSettled: isSettledOf,
      isOut: (retained) => this.outgoing.isOut(retained),
      letGo: (retained) => {
        this.letGo(retained);
      },
    });
    this.alerts = new AlertWatch(lineage, { config, epochOf });
    this.images = new ImageWatch(config);
  }

  /** How many events wait for what would name their user. */
  get waits(): number {
    return this.waiting.size;
  }

  /** About how much memory events take that are kept for revisions. */
  get keptBytes(): number {
    return this.kept.bytes;
  }

  /** Keeps no more than this for revisions: the oldest are revised no more. Returns how many those are. */
  keepAtMost(bytes: number): number {
    return this.kept.keepAtMost(bytes);
  }

  /** Whether a node's processes are held. */
  holds(node: string): boolean {
    return this.epochs.has(node);
  }

  /** Takes in what the store has of a node: from now on its events are emitted here. What is held already stays. */
  adopt(node: string, { epoch, since, facts, open }: NodeFacts, observe: (event: FalcoEvent) => Observation | string, now: Millis): void {
    this.epochs.set(node, epoch);
    this.lineage.openNode(node, since);
    for (const group of facts) {
      for (const { seen, arrived } of group.facts) {
        const process = this.lineage.recall(node, seen, arrived);
        this.keeper.recalled(process, group.name);
        this.alerts.see(process, now);
      }
    }
    for (const { event, arrived } of open) {
      const seen = observe(event);
      if (typeof seen === 'string') continue;
      const process = this.lineage.recall(node, seen, arrived);
      const retained = process.retained.get(event.whoran.id) ?? this.retain(process, event, { arrived, now });
      this.keeper.reopened(node, retained);
    }
  }

  /** Forgets a node that another resolver looks after now. */
  drop(node: string): void {
    this.epochs.delete(node);
    this.keeper.drop(node);
    this.lineage.dropNode(node);
  }

  takeReport(report: ExecSession, now: Millis): void {
    if (this.hearReport(report, now)) this.unshared.push({ kind: 'report', report });
  }

  takeAudit(event: AuditEvent): void {
    const learned = this.probes.take(event);
    if (learned) this.unshared.push({ kind: 'probes', ...learned });
  }

  /** Takes in what another resolver shares. */
  hear(fact: SharedFact, now: Millis): void {
    switch (fact.kind) {
      case 'report':
        this.hearReport(fact.report, now);
        return;
      case 'probes':
        this.probes.learn(fact);
        return;
      case 'image':
        this.images.take(fact);
        return;
    }
  }

  takeFalco(event: FalcoEvent, seen: Observation, now: Millis): void {
    const { node, id } = event.whoran;
    const process = this.lineage.takeObservation(node, seen, now);
    this.keeper.see(node, process, now);
    this.alerts.see(process, now);
    if (!process.retained.has(id)) this.retain(process, event, { arrived: now, now });
  }

  /** Everything that is to be emitted now. Emissions that have not left, or failed, come again. */
  due(now: Millis): Emission[] {
    for (const process of this.lineage.settle()) {
      for (const retained of process.retained.values()) this.outgoing.consider(retained);
      this.keeper.see(this.lineage.nodeNameOf(process), process, now);
      this.alerts.change(process);
    }
    for (const retained of this.waiting.take(now)) this.stopWaiting(retained, now);
    const emissions = this.outgoing.due(now);
    const alerts = this.alerts.due(now);
    this.tidy(now);
    return [...emissions, ...alerts];
  }

  /** Everything that waits, with what is known: the service stops. */
  flush(now: Millis): Emission[] {
    return this.due(now + this.config.wait);
  }

  /** What the store has to save before these are emitted. */
  news(emissions: readonly Emission[]): NodeNews[] {
    const nodes = new Set(emissions.map(({ event }) => event.whoran.node));
    return this.keeper.news(nodes, (node) => this.lineage.sinceOf(node));
  }

  /** Strategies learned since last time. */
  learned(now: Millis): ImageStrategy[] {
    const sessions = this.rootsDue.take(now).flatMap((id) => this.lineage.sessions.get(id) ?? []);
    const learned = sessions.flatMap((session) => {
      const outcome = this.images.look(session, this.lineage);
      if (!outcome) return [];
      if (this.images.take(outcome)) this.unshared.push({ kind: 'image', ...outcome });
      return this.images.learn(outcome.imageId, this.lineage.cluster, now) ?? [];
    });
    return this.config.learnImages ? learned : [];
  }

  /** When `due` or `learned` next has something to do. */
  get next(): Millis | undefined {
    const times = [this.waiting.next, this.alerts.next, this.rootsDue.next].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private hearReport(report: ExecSession, now: Millis): boolean {
    const record = this.lineage.takeReport(report, now);
    if (record?.injected && report.observer === 'audit') this.rootsDue.add(record.id, now);
    return record !== undefined;
  }

  private retain(
    process: ProcessRecord,
    event: FalcoEvent,
    { arrived, now }: { readonly arrived: Millis; readonly now: Millis },
  ): Retained {
    const retained: Retained = { kept: new KeptEvent(event), arrived, owner: process, emitted: undefined, stored: false };
    retain(process, retained);
    this.outgoing.consider(retained);
    this.waiting.add(retained, now);
    return retained;
  }

  /** What was not emitted yet is emitted now. From here on the event is kept for revisions only, and most have none. */
  private stopWaiting(retained: Retained, now: Millis): void {
    if (!retained.emitted) this.outgoing.consider(retained);
    this.kept.add(retained, now);
  }

  /** Drops events that are too old to be emitted again, and once a minute what was not seen for long. */
  private tidy(now: Millis): void {
    this.kept.tidy(now);
    if (now < this.sweptAt + SWEEP_EVERY) return;
    this.sweptAt = now;
    // Under pressure strangers are forgotten sooner; who belongs to a session is kept as long as possible.
    const { sessionTtl, processTtl, maxProcesses } = this.config;
    const squeeze = Math.min(1, maxProcesses / Math.max(1, this.lineage.size)) ** 4;
    this.lineage.forget({
      processes: now - sessionTtl * squeeze,
      unnamed: now - processTtl * squeeze,
      sessions: now - sessionTtl,
    });
    this.alerts.forget(now - sessionTtl);
  }

  private letGo(retained: Retained): void {
    const { owner, kept } = retained;
    release(retained);
    if (!owner.dropped) this.keeper.close(kept.node, retained);
  }
}
