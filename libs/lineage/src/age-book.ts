import type { Millis } from '@whoran/kernel';

/** Things that were seen within so long of each other are looked at together. */
const STEP: Millis = 60_000;

/** Things by when they were last seen. Each is looked at about once a life, however often the old ones are asked for. */
export class AgeBook<T> {
  private readonly steps = new Map<number, T[]>();

  constructor(private readonly seenOf: (item: T) => Millis) {}

  /** Enters a thing. Seeing it again later needs no call: that is found out when its time would have come. */
  add(item: T): void {
    const step = Math.floor(this.seenOf(item) / STEP);
    const together = this.steps.get(step);
    if (together) together.push(item);
    else this.steps.set(step, [item]);
  }

  /** Takes out what was last seen before a time. */
  take(before: Millis): T[] {
    const taken: T[] = [];
    const seenSince: T[] = [];
    for (const [step, items] of this.steps) {
      if (step * STEP >= before) continue;
      this.steps.delete(step);
      for (const item of items) (this.seenOf(item) < before ? taken : seenSince).push(item);
    }
    for (const item of seenSince) this.add(item);
    return taken;
  }
}
