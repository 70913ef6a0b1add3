import { type Bus, makeDeadLetter } from '@whoran/bus';
import { type DeadLetter, type Topic, encodeJson, topics } from '@whoran/contracts';
import { AppError, type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import { EventSink } from '../event-sink.ts';
import type { FoundLane } from '../spool/recover.ts';
import type { Spool } from '../spool/spool.ts';
import { TopicLine, type TopicLineOptions } from './topic-line.ts';

/** What an outbox needs. */
export interface OutboxOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The name of the service, which dead letters carry. */
  readonly stage: string;
  readonly spool?: Spool;
  /** Events a second and cluster beyond which they go through the spool; 0: any number. */
  readonly clusterRate?: number;
}

const TICK = 20;

/** The sink of an ingester: events go to the bus, clusters in turns, or wait on the disk while the bus is away. */
export class Outbox extends EventSink {
  private readonly lines = new Map<string, TopicLine<never>>();
  private readonly lineOptions: TopicLineOptions;

  constructor(private readonly options: OutboxOptions) {
    super();
    const { bus, clock, logger, spool, clusterRate = 0 } = options;
    const refuse: TopicLineOptions['refuse'] = (cluster, topic, event, error) => this.bury(cluster, topic, event, error);
    this.lineOptions = { bus, clock, logger, spool, clusterRate, refuse };
  }

  override async store<T>(topic: Topic<T>, events: readonly T[], cluster: string): Promise<void> {
    if (events.length > 0) await this.line(topic).store(cluster, events);
  }

  /** Replays first what an earlier process left. Lanes of topics that this version does not know stay as they are. */
  resume(found: readonly FoundLane[]): void {
    for (const topic of Object.values(topics) as readonly Topic<never>[]) {
      const clusters = found.filter((lane) => lane.topic === topic.name).map(({ cluster }) => cluster);
      if (clusters.length > 0) this.line(topic).resume(clusters);
    }
  }

  /** Resolves when nothing is on its way that could get further, or at the deadline; what is left stays on the disk. */
  async close(limit: Millis): Promise<void> {
    const { clock, spool } = this.options;
    const deadline = clock.now() + limit;
    while ([...this.lines.values()].some((line) => !line.isIdle()) && clock.now() < deadline) {
      await new Promise<void>((resolve) => clock.schedule(TICK, resolve));
    }
    for (const line of this.lines.values()) line.close();
    await spool?.close();
  }

  private line<T>(topic: Topic<T>): TopicLine<T> {
    const line = (this.lines.get(topic.name) as TopicLine<T> | undefined) ?? new TopicLine(topic, this.lineOptions);
    this.lines.set(topic.name, line as unknown as TopicLine<never>);
    return line;
  }

  private async bury<T>(cluster: string, topic: Topic<T>, event: T, error: unknown): Promise<void> {
    // A dead letter that cannot be kept would make another one, and so on.
    if (topic.name === topics.deadLetters.name) throw error;
    const letter: DeadLetter = makeDeadLetter(
      {
        stage: this.options.stage,
        origin: { topic: topic.name, key: topic.key(event), cluster },
        messageId: topic.cloudEvent(event).id,
        reason: error instanceof AppError ? error.code : 'WHORAN_UNEXPECTED',
        error: messageOf(error),
        attempts: 1,
        payload: encodeJson(event),
      },
      this.options.clock.now(),
    );
    this.options.logger.error('ingest.refused-by-bus', { topic: topic.name, deadLetter: letter.id, error: messageOf(error) });
    await this.store(topics.deadLetters, [letter], cluster);
  }
}
