import type { AttributedEvent, AuditEvent, ExecSession, FalcoEvent, ImageStrategy } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type ClusterLineage, type Observation, type ProcessRecord, type Retained, describe, isSettled } from '@whoran/lineage';
import { AlertWatch } from './alert-watch.ts';
import { attributedEvent } from './attributed-event.ts';
import { Deadlines } from './deadlines.ts';
import { ImageWatch } from './image-watch.ts';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import type { ProbeBook } from './probe-book.ts';

/** How long after its end, or its start, an injected session must have shown a root. */
const ROOT_EXPECTED_WITHIN = 60_000;
const SWEEP_EVERY = 60_000;
/** Events whose answer hardly ever changes, which is most of them, are kept this long only. */
const KEPT_IF_SETTLED = 10_000;

/** Something to be emitted; `done` notes that it was. */
export interface Emission {
  readonly event: AttributedEvent;
  readonly done: () => void;
}

/**
 * Emits the events of one cluster with what is known of their users. An event goes out at once when its answer is settled,
 * else when it has waited long enough; it goes out again, as a higher revision, whenever its answer changes.
 */
export class ClusterResolver {
  private readonly waiting: Deadlines<Retained>;
  private readonly kept: Deadlines<Retained>;
  private readonly rootsDue = new Deadlines<string>(ROOT_EXPECTED_WITHIN);
  private readonly settledKept = new Deadlines<Retained>(KEPT_IF_SETTLED);
  /** Events that may have to be emitted: new ones, overdue ones, those of processes whose answer changed. */
  private readonly open = new Set<Retained>();
  private readonly alerts: AlertWatch;
  private readonly images: ImageWatch;
  private sweptAt: Millis = 0;

  constructor(
    readonly lineage: ClusterLineage,
    readonly probes: ProbeBook,
    private readonly config: LineageResolverConfig,
  ) {
    this.waiting = new Deadlines(config.wait);
    this.kept = new Deadlines(config.revise);
    this.alerts = new AlertWatch(lineage, config);
    this.images = new ImageWatch(config);
  }

  /** How many events wait for what would name their user. */
  get waits(): number {
    return this.waiting.size;
  }

  takeReport(report: ExecSession, now: Millis): void {
    const record = this.lineage.takeReport(report, now);
    if (record?.injected && report.observer === 'audit') this.rootsDue.add(record.id, now);
  }

  takeAudit(event: AuditEvent): void {
    this.probes.take(event);
  }

  takeFalco(event: FalcoEvent, seen: Observation, now: Millis): void {
    const process = this.lineage.takeObservation(event.whoran.node, seen, now);
    this.alerts.see(process, now);
    const { id } = event.whoran;
    if (process.retained.has(id)) return;
    const retained: Retained = { event, arrived: now, owner: process, emitted: undefined };
    process.retained.set(id, retained);
    this.open.add(retained);
    this.waiting.add(retained, now);
    this.kept.add(retained, now);
  }

  /** Everything that is to be emitted now. Emissions that are not done come again. */
  due(now: Millis): Emission[] {
    for (const process of this.lineage.settle()) {
      for (const retained of process.retained.values()) this.open.add(retained);
      this.alerts.change(process);
    }
    for (const retained of this.waiting.take(now)) this.open.add(retained);
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

  /** Strategies learned since last time. */
  learned(now: Millis): ImageStrategy[] {
    const sessions = this.rootsDue.take(now).flatMap((id) => this.lineage.sessions.get(id) ?? []);
    const learned = sessions.flatMap((session) => this.images.look(session, this.lineage, now) ?? []);
    return this.config.learnImages ? learned : [];
  }

  /** When `due` or `learned` next has something to do. */
  get next(): Millis | undefined {
    const times = [this.waiting.next, this.alerts.next, this.rootsDue.next].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  private emissionsOf(process: ProcessRecord, events: readonly Retained[], now: Millis): Emission[] {
    const settled = isSettled(process.decision, (id) => this.lineage.sessions.get(id));
    const attribution = describe(this.lineage, process);
    const fingerprint = JSON.stringify(attribution);
    return events.flatMap((retained) => {
      const { emitted, event, arrived } = retained;
      const waits = !emitted && !settled && now < arrived + this.config.wait;
      if (waits || emitted?.fingerprint === fingerprint) {
        this.open.delete(retained);
        return [];
      }
      const revision = emitted ? emitted.revision + 1 : 0;
      const done = () => {
        retained.emitted = { revision, fingerprint };
        this.open.delete(retained);
        if (settled && process.decision.kind === 'none') this.settledKept.add(retained, now);
      };
      return [{ event: attributedEvent(event, attribution, revision), done }];
    });
  }

  /** Drops events that are too old to be emitted again, and once a minute what was not seen for long. */
  private tidy(now: Millis): void {
    for (const { owner, event } of this.kept.take(now)) owner.retained.delete(event.whoran.id);
    for (const { owner, event } of this.settledKept.take(now)) {
      if (owner.decision.kind === 'none' && owner.decision.settled) owner.retained.delete(event.whoran.id);
    }
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
}
