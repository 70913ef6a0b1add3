import type { Cancel, Clock, Millis } from '@whoran/kernel';

const LONGEST_PAUSE: Millis = 15_000;

/**
 * Lets partitions wait whose messages cannot be handled now, longer each time. Waiting within a handler would hold back all
 * partitions of its broker, because kafkajs fetches again when all that it fetched is through.
 */
export class PausedPartitions {
  private readonly waits = new Map<number, Millis>();
  private readonly resumes = new Map<number, Cancel>();

  constructor(
    private readonly clock: Clock,
    private readonly first: Millis,
  ) {}

  /** Pauses a partition; `pause` of kafkajs answers how to resume it. */
  pause(partition: number, pause: () => () => void): void {
    const wait = Math.min((this.waits.get(partition) ?? this.first / 2) * 2, LONGEST_PAUSE);
    this.waits.set(partition, wait);
    this.resumes.set(partition, this.clock.schedule(wait, pause()));
  }

  /** Its messages were handled: the next pause is a short one again. */
  goesOn(partition: number): void {
    this.waits.delete(partition);
  }

  /** Resumes none of them: nobody fetches any more. */
  forget(): void {
    for (const cancel of this.resumes.values()) cancel();
    this.resumes.clear();
  }
}
