import type { AttributedEvent, AuditEvent, ExecSession, FalcoEvent, ImageStrategy } from '@whoran/contracts';
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
  describe,
  isSettled,
  release,
  retain,
} from '@whoran/lineage';
import { AlertWatch } from './alert-watch.ts';
import { attributing } from './attributed-event.ts';
import { Deadlines } from './deadlines.ts';
import { FactKeeper } from './fact-keeper.ts';
import { ImageWatch } from './image-watch.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { RevisionShelf } from './revision-shelf.ts';
import { revisionOf } from './revision.ts';

/** How long after its end, or its start, an injected session must have shown a root. */
const ROOT_EXPECTED_WITHIN = 60_000;
const SWEEP_EVERY = 60_000;

/** Something to be emitted. Of `left` follows either `arrived` or `failed`. */
export interface Emission {
  readonly event: AttributedEvent;
  /** Whether something was emitted of the event before. */
  readonly revised: boolean;
  /** How long the event waited, for the first time that it is emitted. */
  readonly waited: Millis | undefined;
  /** Notes that it is on its way: until something else is to be said, it does not go out again. */
  readonly left: () => void;
  /** Notes that the bus has it. */
  readonly arrived: () => void;
  /** Notes that the bus does not have it: it goes out again. */
  readonly failed: () => void;
}

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
  /** Events that may have to be emitted: new ones, overdue ones, those of processes whose answer changed. */
  private readonly open = new Set<Retained>();
  /** Of events on their way to the bus, the last emission. The store keeps them until they have arrived. */
  private readonly underWay = new Map<Retained, number>();
  private readonly alerts: AlertWatch;
  private readonly images: ImageWatch;
  private sweptAt: Millis = 0;

  constructor(
    readonly lineage: ClusterLineage,
    readonly probes: ProbeBook,
    private readonly config: LineageResolverConfig,
    readonly keeper: FactKeeper,
  ) {
    this.waiting = new Deadlines(config.wait);
    this.kept = new RevisionShelf({
      revise: config.revise,
      isSettled: (process) => this.isSettled(process),
      isOut: (retained) => this.isOut(retained),
      letGo: (retained) => {
        this.letGo(retained);
      },
    });
    this.alerts = new AlertWatch(lineage, { config, epochOf: (node) => this.epochs.get(node) ?? 0 });
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
      for (const retained of process.retained.values()) this.open.add(retained);
      this.keeper.see(this.lineage.nodeNameOf(process), process, now);
      this.alerts.change(process);
    }
    for (const retained of this.waiting.take(now)) this.stopWaiting(retained, now);
    const emissions = [...Map.groupBy(this.open, ({ owner }) => owner)].flatMap(([process, events]) =>
      this.emissionsOf(process, events, now),
    );
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
    this.open.add(retained);
    this.waiting.add(retained, now);
    return retained;
  }

  /** What was not emitted yet is emitted now. From here on the event is kept for revisions only, and most have none. */
  private stopWaiting(retained: Retained, now: Millis): void {
    if (!retained.emitted) this.open.add(retained);
    this.kept.add(retained, now);
  }

  private emissionsOf(process: ProcessRecord, events: readonly Retained[], now: Millis): Emission[] {
    if (process.dropped) {
      for (const retained of events) this.open.delete(retained);
      return [];
    }
    const settled = this.isSettled(process);
    const attribution = describe(this.lineage, process);
    const fingerprint = JSON.stringify(attribution);
    const attribute = attributing(attribution);
    return events.flatMap((retained) => {
      const { emitted, kept, arrived: since } = retained;
      const { node } = kept;
      const waits = !emitted && !settled && now < since + this.config.wait;
      if (!settled) this.keeper.open(node, retained);
      if (waits || emitted?.fingerprint === fingerprint) {
        this.open.delete(retained);
        if (settled && !this.underWay.has(retained)) this.keeper.close(node, retained);
        return [];
      }
      const count = emitted ? emitted.count + 1 : 0;
      const left = () => {
        retained.emitted = { count, fingerprint };
        kept.rest();
        this.open.delete(retained);
        this.underWay.set(retained, count);
      };
      const arrived = () => {
        if (this.underWay.get(retained) !== count) return;
        this.underWay.delete(retained);
        const { owner } = retained;
        if (!owner.dropped && this.isSettled(owner)) this.keeper.close(node, retained);
      };
      const failed = () => {
        if (this.underWay.get(retained) !== count) return;
        this.underWay.delete(retained);
        // Whether what left before it has arrived is not known here, so it equals nothing.
        retained.emitted = emitted && { count: emitted.count, fingerprint: '' };
        if (!retained.owner.dropped) this.open.add(retained);
      };
      const revision = revisionOf(this.epochs.get(node) ?? 0, count);
      return [
        {
          event: attribute(kept.event, revision),
          revised: count > 0,
          waited: emitted ? undefined : now - since,
          left,
          arrived,
          failed,
        },
      ];
    });
  }

  private isSettled({ decision }: ProcessRecord): boolean {
    return isSettled(decision, (id) => this.lineage.sessions.get(id));
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

  private isOut(retained: Retained): boolean {
    return retained.owner.dropped || (retained.emitted !== undefined && !this.open.has(retained) && !this.underWay.has(retained));
  }

  private letGo(retained: Retained): void {
    const { owner, kept } = retained;
    release(retained);
    if (!owner.dropped) this.keeper.close(kept.node, retained);
  }
}
