import type { CommandRecord } from '@whoran/forensics-api';

/** Commands that wait for a slow caller at most; further ones are counted and dropped. */
const MAX_WAITING = 1000;

/** How many program starts are remembered, so that one which two rules report is told once. */
const MAX_STARTS = 10_000;

/** How many callers may follow at once. */
const MAX_FOLLOWERS = 100;

/** A command that was just stored, with what names its program start. */
export interface TailedCommand {
  readonly record: CommandRecord;
  readonly start: string | undefined;
}

/** Takes commands for one caller. */
export interface Follower {
  /** Whether the caller wants it. */
  readonly wants: (command: CommandRecord) => boolean;
  /** Called when there is something to take. */
  readonly wake: () => void;
}

/** What waits for a caller. */
export interface Following {
  /** Takes the oldest command that waits, if there is one. */
  next(): CommandRecord | undefined;
  /** How many were dropped since the last call. */
  takeDropped(): number;
  leave(): void;
}

interface Queue {
  readonly follower: Follower;
  readonly waiting: CommandRecord[];
  dropped: number;
}

/** Hands new commands to those who follow, never waiting for any of them. */
export class TailHub {
  private readonly queues = new Set<Queue>();
  private readonly starts = new Map<string, string>();

  /** Begins to follow, or nothing when too many do. */
  follow(follower: Follower): Following | undefined {
    if (this.queues.size >= MAX_FOLLOWERS) return undefined;
    const queue: Queue = { follower, waiting: [], dropped: 0 };
    this.queues.add(queue);
    return {
      next: () => queue.waiting.shift(),
      takeDropped: () => {
        const { dropped } = queue;
        queue.dropped = 0;
        return dropped;
      },
      leave: () => void this.queues.delete(queue),
    };
  }

  publish(commands: readonly TailedCommand[]): void {
    if (this.queues.size === 0) return;
    const fresh = commands.filter((command) => this.isFirst(command));
    for (const queue of this.queues) {
      for (const { record } of fresh) {
        if (!queue.follower.wants(record)) continue;
        if (queue.waiting.length < MAX_WAITING) queue.waiting.push(record);
        else queue.dropped += 1;
      }
      queue.follower.wake();
    }
  }

  private isFirst({ record, start }: TailedCommand): boolean {
    if (start === undefined) return true;
    const known = this.starts.get(start);
    if (known !== undefined) return known === record.rule;
    if (this.starts.size >= MAX_STARTS) this.starts.delete(this.starts.keys().next().value ?? '');
    this.starts.set(start, record.rule);
    return true;
  }
}
