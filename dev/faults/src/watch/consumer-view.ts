import type { Millis } from '@whoran/kernel';
import { AnswerBook, type FinalAnswer } from './answer-book.ts';
import { Latencies } from './latencies.ts';
import type { ReadDelivery } from './read-delivery.ts';
import { StallWatch } from './stall-watch.ts';

/** How long deliveries took, from the ingester to a consumer, milliseconds. */
export interface Delay {
  readonly median: Millis;
  readonly within99: Millis;
}

/** What a consumer of every topic saw in one row. */
export interface Seen {
  readonly answers: readonly FinalAnswer[];
  readonly alerts: ReadonlySet<number>;
  readonly stall: Millis;
  readonly delays: Readonly<Record<string, Delay>>;
  /** Dead letters by stage and reason. */
  readonly deadLetters: Readonly<Record<string, number>>;
}

/** A consumer as any other system could be one. What belongs to an earlier row is left out. */
export class ConsumerView {
  private first = Infinity;
  private answers = new AnswerBook();
  private alerts = new Set<number>();
  private delays = new Map<string, Latencies>();
  private deadLetters = new Map<string, number>();
  private readonly stall = new StallWatch();

  /** A row begins whose events have numbers from `first` on. */
  begin(first: number, now: Millis): void {
    this.first = first;
    this.answers = new AnswerBook();
    this.alerts = new Set();
    this.delays = new Map();
    this.deadLetters = new Map();
    this.stall.begin(now);
  }

  /** The load of the row is over. */
  loadEnded(now: Millis): void {
    this.stall.end(now);
  }

  takeEvent(delivery: ReadDelivery, now: Millis): void {
    if (delivery.number < this.first || !this.answers.take(delivery)) return;
    this.stall.delivered(now);
    const delays = this.delays.get(delivery.cluster) ?? new Latencies();
    this.delays.set(delivery.cluster, delays);
    delays.add(now - delivery.receivedAt);
  }

  takeAlert({ number }: ReadDelivery): void {
    if (number >= this.first) this.alerts.add(number);
  }

  takeDeadLetter(stage: string, reason: string): void {
    const key = `${stage}: ${reason}`;
    this.deadLetters.set(key, (this.deadLetters.get(key) ?? 0) + 1);
  }

  /** Events that came at least once. */
  get size(): number {
    return this.answers.size;
  }

  seen(): Seen {
    const delays = [...this.delays].map(([cluster, all]) => [cluster, { median: all.within(0.5), within99: all.within(0.99) }] as const);
    return {
      answers: this.answers.list(),
      alerts: this.alerts,
      stall: this.stall.stall,
      delays: Object.fromEntries(delays),
      deadLetters: Object.fromEntries(this.deadLetters),
    };
  }
}
