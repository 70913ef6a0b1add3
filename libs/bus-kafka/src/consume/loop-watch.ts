import type { BusHealth } from '@whoran/bus';
import type { Millis } from '@whoran/kernel';

/** A loop that gives no sign of life for so long stands still. kafkajs waits for 35 s at most, when it joins a group. */
const STANDSTILL: Millis = 60_000;
/** Members beat every second. */
const SILENCE: Millis = 15_000;
/** A handler that does not come back for so long never will. */
export const LONGEST_HANDLING: Millis = 600_000;

/** Keeps an eye on the loop of one consumer. All times come from the caller. */
export class LoopWatch {
  private sign: Millis;
  private contact: Millis;
  private joined = false;
  private problem: string | undefined;
  private ended: string | undefined;
  private readonly turns = new Map<number, Millis>();

  constructor(
    private readonly name: string,
    now: Millis,
  ) {
    this.sign = now;
    this.contact = now;
  }

  /** The loop does something, whatever comes of it. */
  ticks(now: Millis): void {
    this.sign = now;
  }

  /** A broker has answered. */
  hears(now: Millis): void {
    this.sign = now;
    this.contact = now;
  }

  /** The member has its partitions. */
  joins(now: Millis): void {
    this.hears(now);
    this.joined = true;
    this.problem = undefined;
  }

  /** The member has lost its partitions, and joins again. */
  leaves(now: Millis, problem: string): void {
    this.sign = now;
    this.joined = false;
    this.problem = problem;
  }

  /** The consumer will not go on. */
  ends(problem: string): void {
    this.ended = problem;
  }

  /** A handler has the messages of a partition, or has settled a piece of them. */
  handles(partition: number, now: Millis): void {
    this.turns.set(partition, now);
  }

  handled(partition: number): void {
    this.turns.delete(partition);
  }

  health(now: Millis): BusHealth {
    return { dead: this.dead(now), away: this.away(now) };
  }

  private dead(now: Millis): string | undefined {
    if (this.ended !== undefined) return `the consumer of ${this.name} has ended: ${this.ended}`;
    for (const [partition, since] of this.turns)
      if (now - since > LONGEST_HANDLING)
        return `the handler of ${this.name} has not come back for ${minutes(now - since)} (partition ${partition})`;
    return now - this.sign > STANDSTILL ? `the consumer of ${this.name} has stood still for ${minutes(now - this.sign)}` : undefined;
  }

  private away(now: Millis): string | undefined {
    if (!this.joined) return `has not joined ${this.name} yet${this.problem === undefined ? '' : `: ${this.problem}`}`;
    return now - this.contact > SILENCE
      ? `no broker has answered ${this.name} for ${Math.round((now - this.contact) / 1000)} s`
      : undefined;
  }
}

function minutes(time: Millis): string {
  return `${Math.round(time / 60_000)} min`;
}
