import type { Bus } from '@whoran/bus';
import { type Topic, encodeJson, parseJson } from '@whoran/contracts';
import { type Clock, type Logger, type Millis, isRetriable, messageOf } from '@whoran/kernel';
import { classOf } from '../spool/event-class.ts';
import type { Spool } from '../spool/spool.ts';
import { type Lane, Slice } from './lane.ts';
import { RateBucket } from './rate-bucket.ts';
import { Turns } from './turns.ts';

/** What a line needs. */
export interface TopicLineOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly spool: Spool | undefined;
  /** Events a second that a cluster may send live; 0: any number. */
  readonly clusterRate: number;
  /** Told of an event that the bus will never take; resolves when it is kept elsewhere. */
  readonly refuse: <T>(cluster: string, topic: Topic<T>, event: T, error: unknown) => Promise<void>;
}

/** Events with the bus at once, about two requests to Kafka. More would make one cluster wait behind another for longer. */
const WINDOW = 1000;
/** Events of one request beyond this go in several slices, so that others have their turns in between. */
const SLICE = 250;
/** How long the bus may take before events go to the spool, milliseconds. Falco sends nothing more while it waits for an answer. */
const PATIENCE = 2000;
/** Pause after the bus refused, milliseconds. */
const PAUSE = 250;
/** Pause after the spool could not be read, milliseconds. */
const LONG_PAUSE = 5000;
/** Pause when clusters with waiting events have used up their rate, milliseconds. */
const RATE_PAUSE = 50;
/** Events that are replayed at once. */
const CHUNK = 1000;

/** Brings the events of one topic to the bus, clusters in turns, and through the spool when the bus does not take them. */
export class TopicLine<T> {
  private readonly lanes = new Map<string, Lane<T>>();
  private readonly queues = new Turns<{ readonly lane: Lane<T>; readonly slice: Slice<T> }>();
  private inFlight = 0;
  private awayUntil: Millis = 0;
  private replaying = false;
  private closed = false;

  constructor(
    private readonly topic: Topic<T>,
    private readonly options: TopicLineOptions,
  ) {}

  /** Resolves when the events are safe, with the bus or on the disk. */
  async store(cluster: string, events: readonly T[]): Promise<void> {
    const lane = this.lane(cluster);
    if (this.goesToSpool(lane, events.length)) return await this.spoolEvents(lane, events);
    const slices: Slice<T>[] = [];
    for (let at = 0; at < events.length; at += SLICE) slices.push(new Slice(events.slice(at, at + SLICE)));
    for (const slice of slices) this.queues.add(cluster, { lane, slice });
    this.pump();
    await Promise.all(slices.map(({ done }) => done));
  }

  /** Begins to replay what an earlier process left behind. */
  resume(clusters: readonly string[]): void {
    for (const cluster of clusters) this.lane(cluster);
    void this.replay();
  }

  /** Whether nothing is on its way that could get further now. */
  isIdle(): boolean {
    const waits = this.isAway() ? false : [...this.lanes.values()].some(({ spool }) => spool && !spool.isEmpty());
    return !waits && this.queues.isEmpty() && [...this.lanes.values()].every(({ published }) => published.size === 0);
  }

  isAway(): boolean {
    return this.options.clock.now() < this.awayUntil;
  }

  /** Starts nothing new. */
  close(): void {
    this.closed = true;
  }

  private lane(cluster: string): Lane<T> {
    const { spool, clusterRate, clock } = this.options;
    let lane = this.lanes.get(cluster);
    if (!lane) {
      const bucket = clusterRate > 0 ? new RateBucket(clusterRate, clock.now()) : undefined;
      lane = { cluster, spool: spool?.lane(cluster, this.topic.name), bucket, published: new Set() };
      this.lanes.set(cluster, lane);
    }
    return lane;
  }

  private goesToSpool(lane: Lane<T>, events: number): boolean {
    if (!lane.spool) return false;
    if (!lane.spool.isEmpty() || this.isAway()) return true;
    return lane.bucket !== undefined && !lane.bucket.take(events, this.options.clock.now());
  }

  /** Publishes what waits, clusters in turns, as far as the window allows. */
  private pump(): void {
    while (this.inFlight < WINDOW) {
      const next = this.queues.next();
      if (!next) return;
      void this.publish(next.lane, next.slice);
    }
  }

  private async publish(lane: Lane<T>, slice: Slice<T>): Promise<void> {
    const { bus, clock } = this.options;
    this.inFlight += slice.events.length;
    lane.published.add(slice);
    const cancel = lane.spool ? clock.schedule(PATIENCE, () => this.spill()) : undefined;
    try {
      await bus.publish(this.topic, slice.events);
      this.awayUntil = 0;
      slice.stored();
    } catch (error) {
      if (!slice.isSettled) await this.fail(lane, slice, error);
    } finally {
      cancel?.();
      lane.published.delete(slice);
      this.inFlight -= slice.events.length;
      this.pump();
    }
  }

  private async fail(lane: Lane<T>, slice: Slice<T>, error: unknown): Promise<void> {
    if (!isRetriable(error)) return await this.publishOneByOne(lane, slice, error);
    if (lane.spool) return this.spill();
    slice.failed(error);
  }

  /** One event that the bus will never take must not take the others with it. */
  private async publishOneByOne(lane: Lane<T>, slice: Slice<T>, error: unknown): Promise<void> {
    try {
      await this.deliverEach(lane.cluster, slice.events, error);
      slice.stored();
    } catch (unavailable) {
      if (lane.spool) await this.moveToSpool(lane, [slice]);
      else slice.failed(unavailable);
    }
  }

  private async deliverEach(cluster: string, events: readonly T[], refusal: unknown): Promise<void> {
    const [only] = events;
    if (only !== undefined && events.length === 1) return await this.options.refuse(cluster, this.topic, only, refusal);
    for (const event of events) {
      try {
        await this.options.bus.publish(this.topic, [event]);
      } catch (error) {
        if (isRetriable(error)) throw error;
        await this.options.refuse(cluster, this.topic, event, error);
      }
    }
  }

  /** The bus does not take events: all that wait for it go to the spool, each lane in its order. */
  private spill(): void {
    if (!this.isAway()) this.options.logger.warn('ingest.bus-away', { topic: this.topic.name });
    this.awayUntil = this.options.clock.now() + PATIENCE;
    for (const lane of this.lanes.values()) {
      const queued = this.queues.takeAll(lane.cluster).map(({ slice }) => slice);
      void this.moveToSpool(lane, [...lane.published, ...queued]);
    }
  }

  private async moveToSpool(lane: Lane<T>, slices: readonly Slice<T>[]): Promise<void> {
    const waiting = slices.filter(({ isSettled }) => !isSettled);
    // Whatever becomes of them, they are not published again from here.
    lane.published.clear();
    await Promise.all(
      waiting.map((slice) =>
        this.spoolEvents(lane, slice.events).then(
          () => slice.stored(),
          (error: unknown) => slice.failed(error),
        ),
      ),
    );
  }

  private async spoolEvents(lane: Lane<T>, events: readonly T[]): Promise<void> {
    const { spool } = this.options;
    if (!spool || !lane.spool) return;
    await spool.append(
      lane.spool,
      events.map((event) => ({ class: classOf(this.topic, event), text: encodeJson(event) })),
    );
    void this.replay();
  }

  /** Replays until no lane has anything that may go now. One chunk at a time, clusters in turns. */
  private async replay(): Promise<void> {
    if (this.replaying) return;
    this.replaying = true;
    for (let pause = 0; !this.closed;) {
      if (pause > 0) await new Promise<void>((resolve) => this.options.clock.schedule(pause, resolve));
      const lane = this.nextSpooled();
      if (lane === undefined) break;
      pause = lane === 'later' ? RATE_PAUSE : await this.replayChunk(lane);
    }
    this.replaying = false;
  }

  /** The lane whose turn it is; `later` when those with waiting events have used up their rate. */
  private nextSpooled(): Lane<T> | 'later' | undefined {
    const waiting = [...this.lanes.values()].filter(({ spool }) => spool !== undefined && spool.waiting() > 0);
    if (waiting.length === 0 || this.closed) return undefined;
    const now = this.options.clock.now();
    const next = waiting.find(({ bucket }) => (bucket?.available(now) ?? 1) > 0);
    if (!next) return 'later';
    this.lanes.delete(next.cluster);
    this.lanes.set(next.cluster, next);
    return next;
  }

  /** Says how long to pause before the next one, milliseconds. */
  private async replayChunk({ cluster, spool, bucket }: Lane<T>): Promise<Millis> {
    const { clock, logger } = this.options;
    if (!spool) return 0;
    try {
      const chunk = await spool.read(Math.min(CHUNK, bucket?.available(clock.now()) ?? CHUNK));
      const events = chunk.texts.flatMap((text) => this.readBack(text));
      await this.deliver(cluster, events).catch((error: unknown) => {
        chunk.giveBack();
        throw error;
      });
      bucket?.take(events.length, clock.now());
      // The folder may be another process's by now: it brings them again, and that is all.
      if (this.closed) return 0;
      await chunk.settle();
      this.awayUntil = 0;
      return 0;
    } catch (error) {
      this.awayUntil = clock.now() + PATIENCE;
      if (isRetriable(error)) return PAUSE;
      logger.error('ingest.replay-failed', { topic: this.topic.name, cluster, error: messageOf(error) });
      return LONG_PAUSE;
    }
  }

  private async deliver(cluster: string, events: readonly T[]): Promise<void> {
    try {
      await this.options.bus.publish(this.topic, events);
    } catch (error) {
      if (isRetriable(error)) throw error;
      await this.deliverEach(cluster, events, error);
    }
  }

  private readBack(text: string): readonly T[] {
    const event = parseJson(text);
    if (event.ok) return [event.value as T];
    this.options.logger.error('ingest.spooled-event-unreadable', { topic: this.topic.name, error: event.error });
    return [];
  }
}
