import { type Cancel, Clock, type Millis } from './clock.ts';

interface Timer {
  readonly at: Millis;
  readonly order: number;
  readonly task: () => void;
}

/** A clock that stands still until it is told to go on; timers run in the order of their times. */
export class VirtualClock extends Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  constructor(private time: Millis = 0) {
    super();
  }

  override now(): Millis {
    return this.time;
  }

  override schedule(delay: Millis, task: () => void): Cancel {
    const timer = { at: this.time + Math.max(0, delay), order: this.order++, task };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** The time of the next timer that is due at `limit` or before, if there is one. */
  nextTimer(limit: Millis): Millis | undefined {
    return this.next(limit)?.at;
  }

  /** Goes to `time` and runs every timer due until then, each at its own time. */
  advanceTo(time: Millis): void {
    for (let timer = this.next(time); timer; timer = this.next(time)) {
      this.timers.delete(timer);
      this.time = Math.max(this.time, timer.at);
      timer.task();
    }
    this.time = Math.max(this.time, time);
  }

  private next(limit: Millis): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at > limit) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }
}
