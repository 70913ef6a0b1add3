import { BadRequestException } from '@nestjs/common';
import { type Verdict, deadLetter, handled } from '@whoran/bus';
import { type DeadLetter, type Topic, encodeJson, topics } from '@whoran/contracts';
import { type Clock, type Logger, type Result, err, messageOf } from '@whoran/kernel';
import { type BadBody, decodeBody, decodeJson } from './decode-body.ts';
import type { EventSink } from './event-sink.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { type RefusedItem, type Source, letterOf } from './refused-item.ts';

/** What an ingester does with its kind of input. */
export interface Plan<T> {
  /** The items of one JSON value; the error says what the value should have been. */
  readonly items: (value: unknown) => Result<readonly unknown[], string>;
  /** Reads one item, and may be told the JSON that it was; the error says what is wrong with it. */
  readonly read: (item: unknown, stamp: Stamp, json?: string) => Result<T, string>;
  readonly store: (taken: readonly T[], store: Store) => Promise<void>;
}

/** Stores events of the cluster at hand; resolves when they are safe. */
export type Store = <E>(topic: Topic<E>, events: readonly E[]) => Promise<void>;

/** What is added to an event. */
export interface Stamp {
  readonly cluster: string;
  readonly receivedAt: string;
}

/** The answer to a request. */
export interface Receipt {
  readonly accepted: number;
  readonly deadLettered: number;
  /** What is wrong with the first items that were not accepted. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 5;

interface IntakeParts {
  readonly sink: EventSink;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The name of the service, which the dead letters carry. */
  readonly stage: string;
}

/** Takes what senders hand in: the good items go to their topics and the bad ones to the dead letters, then it resolves. */
export class Intake {
  constructor(private readonly parts: IntakeParts) {}

  /** The same intake with another place where events are safe. */
  withSink(sink: EventSink): Intake {
    return new Intake({ ...this.parts, sink });
  }

  /** Takes items that were read as JSON. Rejects with DependencyUnavailable; then nothing is lost if the sender tries again. */
  take<T>(source: Source, items: readonly unknown[], plan: Plan<T>): Promise<Receipt> {
    return this.sort(source, plan, (sorting) => {
      for (const item of items) sorting.add(item);
    });
  }

  /** Takes one item, and the JSON that it was. Rejects as `take` does. */
  takeOne<T>(source: Source, item: unknown, json: string, plan: Plan<T>): Promise<Receipt> {
    return this.sort(source, plan, (sorting) => sorting.add(item, json));
  }

  /** Takes one JSON value per line: bytes of a file or texts of a request. Lines that are not JSON are dead letters, too. */
  takeLines<T>(source: Source, lines: readonly (Buffer | string)[], plan: Plan<T>): Promise<Receipt> {
    return this.sort(source, plan, (sorting) => {
      for (const line of lines) {
        const value = typeof line === 'string' ? decodeJson(line) : decodeBody(line);
        if (!value.ok) {
          sorting.refuse({ ...value.error, payload: value.error.reason === 'invalid-json' ? String(line) : line });
          continue;
        }
        const items = plan.items(value.value);
        const json = typeof line === 'string' ? line : undefined;
        if (items.ok) for (const item of items.value) sorting.add(item, item === value.value ? json : undefined);
        else sorting.refuse({ reason: 'wrong-kind', message: items.error, payload: encodeJson(value.value) });
      }
    });
  }

  /** Keeps a body that is of no use as a dead letter, and throws the answer 400. */
  async refuseBody(
    source: Source,
    body: Buffer,
    bad: BadBody | { readonly reason: 'wrong-kind'; readonly message: string },
  ): Promise<never> {
    if (bad.reason !== 'empty-body') {
      const payload = bad.reason === 'invalid-utf8' ? body : body.toString('utf8');
      await this.bury(source, [{ reason: bad.reason, message: bad.message, payload }]);
    }
    throw new BadRequestException(bad.message);
  }

  /**
   * Takes a dead letter's payload again. Of a body the good items go to their topics and the bad ones become letters of their
   * own; what is bad as it was is still the same letter. Rejects as `take` does.
   */
  async retake<T>(source: Source, { reason, payload }: Pick<DeadLetter, 'reason' | 'payload'>, plan: Plan<T>): Promise<Verdict> {
    const value = reason === 'invalid-utf8' ? decodeBody(Buffer.from(payload, 'base64')) : decodeJson(payload);
    if (!value.ok) return deadLetter(value.error.reason, value.error.message);
    if (isItem(reason)) {
      const event = this.readSafely(value.value, this.stampOf(source), plan);
      if (!event.ok) return deadLetter(event.error.reason, event.error.message);
      await this.take(source, [value.value], plan);
      return handled;
    }
    const items = plan.items(value.value);
    if (!items.ok) return deadLetter('wrong-kind', items.error);
    await this.take(source, items.value, plan);
    return handled;
  }

  private stampOf({ cluster }: Source): Stamp {
    return { cluster, receivedAt: new Date(this.parts.clock.now()).toISOString() };
  }

  private async sort<T>(
    source: Source,
    plan: Plan<T>,
    fill: (sorting: { add(item: unknown, json?: string): void; refuse(item: RefusedItem): void }) => void,
  ): Promise<Receipt> {
    const { clock, sink, metrics } = this.parts;
    const now = clock.now();
    const stamp = this.stampOf(source);
    const taken: T[] = [];
    const refused: RefusedItem[] = [];
    fill({
      add: (item, json) => {
        const event = this.readSafely(item, stamp, plan, json);
        if (event.ok) taken.push(event.value);
        else refused.push(event.error);
      },
      refuse: (item) => refused.push(item),
    });
    await plan.store(taken, (topic, events) => sink.store(topic, events, source.cluster));
    await this.bury(source, refused);
    metrics.count(source.cluster, 'accepted', taken.length, now);
    return { accepted: taken.length, deadLettered: refused.length, problems: refused.slice(0, MAX_PROBLEMS).map(({ message }) => message) };
  }

  private readSafely<T>(item: unknown, stamp: Stamp, plan: Plan<T>, json?: string): Result<T, RefusedItem> {
    try {
      const event = plan.read(item, stamp, json);
      return event.ok ? event : err({ reason: 'invalid-event', message: event.error, payload: encodeJson(item) });
    } catch (error) {
      // A crafted event that meets a bug must not take the others of its batch with it.
      this.parts.logger.error('ingest.unexpected', { error: error instanceof Error ? error.stack : messageOf(error) });
      return err({ reason: 'WHORAN_UNEXPECTED', message: messageOf(error), payload: encodeJson(item) });
    }
  }

  private async bury(source: Source, refused: readonly RefusedItem[]): Promise<void> {
    if (refused.length === 0) return;
    const { clock, sink, metrics, stage } = this.parts;
    const now = clock.now();
    await sink.store(
      topics.deadLetters,
      refused.map((item) => letterOf(item, source, { stage, now })),
      source.cluster,
    );
    metrics.count(source.cluster, 'dead-lettered', refused.length, now);
  }
}

/** Letters for these reasons hold one item; those for others hold what a sender sent, or a line of it. */
function isItem(reason: string): boolean {
  return reason === 'invalid-event' || reason === 'WHORAN_UNEXPECTED';
}
