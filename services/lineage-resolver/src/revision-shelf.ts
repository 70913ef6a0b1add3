import type { Millis } from '@whoran/kernel';
import type { ProcessRecord, Retained } from '@whoran/lineage';
import { Deadlines } from './deadlines.ts';

/** Events of nobody, for certain, hardly ever change, and they are most: they are kept this long only. */
const OF_NOBODY: Millis = 10_000;

/** What a shelf asks of whoever emits. */
export interface ShelfOwner {
  /** How long events are kept whose answer may change. */
  readonly revise: Millis;
  /** Whether the answer for a process is as good as it gets. */
  readonly isSettled: (process: ProcessRecord) => boolean;
  /** Whether the bus has the last that is to be said of an event: until then it is not let go. */
  readonly isOut: (retained: Retained) => boolean;
  /** Called once for each event, when it is kept no longer. */
  readonly letGo: (retained: Retained) => void;
}

/** The events that went out and may go out again: for how long they are kept, and how much they take. */
export class RevisionShelf {
  private readonly ofNobody = new Deadlines<Retained>(OF_NOBODY);
  private readonly settled: Deadlines<Retained>;
  private readonly unsettled: Deadlines<Retained>;
  private taken = 0;

  constructor(private readonly owner: ShelfOwner) {
    this.settled = new Deadlines(owner.revise);
    this.unsettled = new Deadlines(owner.revise);
  }

  /** About how much memory the events take. */
  get bytes(): number {
    return this.taken;
  }

  /** Keeps an event from now on. */
  add(retained: Retained, now: Millis): void {
    this.taken += retained.kept.bytes;
    if (isOfNobody(retained)) this.ofNobody.add(retained, now);
    else this.keepOn(retained, now);
  }

  /** Lets go of what was kept long enough. */
  tidy(now: Millis): void {
    const { isOut } = this.owner;
    for (const retained of this.ofNobody.take(now)) {
      if (isOfNobody(retained) && isOut(retained)) this.letGo(retained);
      else this.keepOn(retained, now);
    }
    for (const retained of [...this.settled.take(now), ...this.unsettled.take(now)]) {
      if (isOut(retained)) this.letGo(retained);
      else this.keepOn(retained, now);
    }
  }

  /**
   * Lets go until the rest takes no more than this: the oldest first, and before those that may still be named the others, so that
   * a user does not stay unnamed because he floods us. Returns how many went.
   */
  keepAtMost(bytes: number): number {
    const spare = (retained: Retained) => {
      if (this.taken <= bytes || !this.owner.isOut(retained)) return false;
      this.letGo(retained);
      return true;
    };
    return [this.ofNobody, this.settled, this.unsettled].reduce((gone, queue) => gone + queue.takeWhile(spare).length, 0);
  }

  private keepOn(retained: Retained, now: Millis): void {
    (this.owner.isSettled(retained.owner) ? this.settled : this.unsettled).add(retained, now);
  }

  private letGo(retained: Retained): void {
    this.taken -= retained.kept.bytes;
    this.owner.letGo(retained);
  }
}

function isOfNobody({ owner: { decision } }: Retained): boolean {
  return decision.kind === 'none' && decision.settled;
}
