import type { Cancel, Clock, Millis } from '@whoran/kernel';

const LONGEST_PAUSE: Millis = 5_000;

/**
 * Lets partitions wait whose messages cannot be handled now, longer each time. Waiting within a handler would hold back all
 * partitions of its broker, because kafkajs fetches again when all that it fetched is through.
 */
export class PausedPartitions {
  private readonly times = new Map<number, number>();
  private readonly resumes = new Map<number, Cancel>();

  constructor(
    private readonly clock: Clock,
    private readonly first: Millis,
  ) {}

  /** Pauses a partition; `pause` of kafkajs answers how to resume it. */
  pause(partition: number, pause: () => () => void): void {
    const before = this.timesOf(partition);
    this.times.set(partition, before + 1);
    const wait = Math.min(this.first * 2 ** before, LONGEST_PAUSE);
    this.resumes.set(partition, this.clock.schedule(wait, pause()));
  }

  /** Its messages were handled: the next pause is a short one again. */
  goesOn(partition: number): void {
    this.times.delete(partition);
  }

  /** How often in a row it has been paused. */
  timesOf(partition: number): number {
    return this.times.get(partition) ?? 0;
  }

  /** Resumes none of them: nobody fetches any more. */
  forget(): void {
    for (const cancel of this.resumes.values()) cancel();
    this.resumes.clear();
  }
}
