import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Clock, ConfigInvalid, type Logger, messageOf } from '@whoran/kernel';
import { EVENT_CLASSES, type EventClass } from './event-class.ts';
import { type ClassedEvent, type LaneHost, LaneSpool } from './lane-spool.ts';
import { lockFolder } from './lock-folder.ts';
import { type FoundLane, recover } from './recover.ts';
import { type Segment, chooseVictim, waitingIn } from './segment.ts';
import type { SpoolMetrics } from './spool-metrics.ts';

/** What a spool is opened with. */
export interface SpoolOptions {
  readonly folder: string;
  /** Bytes on disk, over all lanes. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SpoolMetrics;
}

/** Milliseconds in which events gather for one commit: ten blocks of one event cost ten times as much as one of ten. */
const GATHER = 2;
/** Milliseconds for which a refusal counts as what is going on. */
const REFUSED_RECENTLY = 10_000;
const LARGEST_SEGMENT = 4 * 1024 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
/** A spool has this many segments when it is full: the oldest go as a whole, but not those that are being replayed. */
const PARTS = 16;

/** Events on disk while the bus cannot take them: a lane for each cluster and topic, bounded in bytes over all lanes. */
export class Spool {
  private readonly lanes = new Map<string, LaneSpool>();
  private used = 0;
  private commits: Promise<void> | undefined;
  private readonly host: LaneHost;
  private readonly dropped = new Map<EventClass, number>();
  private inUse = false;
  private refusedAt = -Infinity;

  private constructor(
    private readonly options: SpoolOptions,
    private readonly unlock: () => void,
  ) {
    const part = Math.floor(options.maxBytes / PARTS);
    this.host = {
      segmentBytes: Math.min(LARGEST_SEGMENT, part),
      chunkBytes: Math.min(LARGEST_CHUNK, part),
      reserve: (bytes, eventClass) => this.reserve(bytes, eventClass),
      release: (bytes) => void (this.used -= bytes),
      damaged: (segment, events) => this.reportDamage(segment, events),
      notDeleted: ({ path }, error) => options.logger.warn('spool.not-deleted', { path, error: messageOf(error) }),
    };
  }

  /** Opens a spool and finds what an earlier process left in it. Throws ConfigInvalid when the folder cannot be used. */
  static open(options: SpoolOptions): { readonly spool: Spool; readonly found: readonly FoundLane[] } {
    const { folder, logger } = options;
    let unlock: (() => void) | undefined;
    try {
      makeFolder(resolve(folder));
      unlock = lockFolder(folder);
      const { lanes: found, torn } = recover(folder);
      const spool = new Spool(options, unlock);
      for (const lane of found) spool.adopt(lane);
      for (const { path, bytes } of torn) logger.warn('spool.torn', { path, bytes });
      if (found.length > 0) logger.info('spool.found', { events: spool.waiting(), bytes: spool.used });
      return { spool, found };
    } catch (error) {
      unlock?.();
      if (error instanceof ConfigInvalid) throw error;
      throw new ConfigInvalid(`the spool folder ${folder} cannot be used: ${messageOf(error)}`, { cause: error });
    }
  }

  /** The lane of a cluster's events of one topic. */
  lane(cluster: string, topic: string): LaneSpool {
    const name = `${cluster}/${topic}`;
    const lane = this.lanes.get(name) ?? new LaneSpool(name, join(this.options.folder, cluster, topic), this.host);
    this.lanes.set(name, lane);
    return lane;
  }

  /** Resolves when the events are safe on disk, also if the computer loses its power. Rejects with DependencyUnavailable. */
  async append(lane: LaneSpool, events: readonly ClassedEvent[]): Promise<void> {
    const stored = lane.stage(events);
    this.commits ??= this.commitAll();
    try {
      await stored;
      this.options.metrics.written(events.length);
    } catch (error) {
      this.reportRefusal(events.length, error);
      throw error;
    }
  }

  /** Events that wait, over all lanes. */
  waiting(): number {
    return [...this.lanes.values()].reduce((sum, lane) => sum + lane.waiting(), 0);
  }

  /** Shows how it stands in the metrics, and says in the log when it begins to fill and when it has run empty. */
  measure(): void {
    const { metrics, maxBytes, clock, logger } = this.options;
    const segments = [...this.lanes.values()].flatMap((lane) => lane.all()).filter((segment) => waitingIn(segment) > 0);
    const events = EVENT_CLASSES.map((name) => [name, sumOf(segments.filter((segment) => segment.class === name))] as const);
    const oldest = segments.reduce((first, { since }) => Math.min(first, since), clock.now());
    metrics.show({ bytes: this.used, maxBytes, events, oldestSeconds: (clock.now() - oldest) / 1000 });
    if (segments.length > 0 && !this.inUse) logger.warn('spool.in-use', { events: sumOf(segments) });
    if (segments.length === 0 && this.inUse) logger.info('spool.empty');
    this.inUse = segments.length > 0;
    if (this.inUse || this.dropped.size === 0) return;
    logger.error('spool.dropped', Object.fromEntries(this.dropped));
    this.dropped.clear();
  }

  /** What keeps the spool from taking events, as of the last seconds; nothing when all is well. */
  problem(): string | undefined {
    return this.options.clock.now() - this.refusedAt < REFUSED_RECENTLY
      ? 'the spool does not take events: its disk is full or broken'
      : undefined;
  }

  /** Ends what is being written and lets the folder go. What waits stays. */
  async close(): Promise<void> {
    await this.commits;
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()));
    this.unlock();
  }

  private adopt({ cluster, topic, segments, last }: FoundLane): void {
    const name = `${cluster}/${topic}`;
    this.lanes.set(name, new LaneSpool(name, join(this.options.folder, cluster, topic), this.host, segments, last));
    this.used += segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** One commit of all lanes after another, for as long as something comes: what comes meanwhile shares the next one. */
  private async commitAll(): Promise<void> {
    const { clock } = this.options;
    do {
      await new Promise<void>((resolve) => clock.schedule(GATHER, resolve));
      const staged = [...this.lanes.values()].filter((lane) => lane.hasStaged());
      await Promise.all(staged.map((lane) => lane.commit(clock.now())));
    } while ([...this.lanes.values()].some((lane) => lane.hasStaged()));
    // At once, and not when the promise is seen to be done: what is staged in between would wait for ever.
    this.commits = undefined;
  }

  private reserve(bytes: number, eventClass: EventClass): boolean {
    while (this.used + bytes > this.options.maxBytes) {
      const lanes = [...this.lanes.values()];
      const victim = chooseVictim(
        lanes.flatMap((lane) => lane.droppable()),
        eventClass,
      );
      if (!victim) return false;
      this.reportDrop(victim);
      void this.lanes.get(victim.lane)?.drop(victim);
    }
    this.used += bytes;
    return true;
  }

  private reportDrop(victim: Segment): void {
    const events = waitingIn(victim);
    const before = this.dropped.get(victim.class) ?? 0;
    this.dropped.set(victim.class, before + events);
    this.options.metrics.dropped(victim.class, events);
    if (before === 0) this.options.logger.error('spool.full', { class: victim.class, lane: victim.lane, maxBytes: this.options.maxBytes });
  }

  private reportRefusal(events: number, error: unknown): void {
    const { metrics, logger } = this.options;
    if (this.problem() === undefined) logger.error('spool.refused', { events, error: messageOf(error) });
    this.refusedAt = this.options.clock.now();
    metrics.refused(events);
  }

  private reportDamage({ path, class: eventClass }: Segment, events: number): void {
    this.options.metrics.dropped(eventClass, events);
    this.options.logger.error('spool.damaged', { path, events });
  }
}

/** Node.js itself never comes back from making folders in one that takes none, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function sumOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + waitingIn(segment), 0);
}
