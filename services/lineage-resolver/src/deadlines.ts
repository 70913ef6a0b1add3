import type { Millis } from '@whoran/kernel';

/** Things that are due after the same wait, so that the first in is the first due. */
export class Deadlines<T> {
  private queue: { readonly due: Millis; readonly item: T }[] = [];
  private head = 0;

  constructor(private readonly wait: Millis) {}

  add(item: T, now: Millis): void {
    this.queue.push({ due: now + this.wait, item });
  }

  /** Takes out everything that is due. */
  take(now: Millis): T[] {
    return this.takeWhile((_, due) => due <= now);
  }

  /** Takes out the first ones, as long as they are wanted, whether they are due or not. */
  takeWhile(wanted: (item: T, due: Millis) => boolean): T[] {
    const taken: T[] = [];
    for (let next = this.queue[this.head]; next && wanted(next.item, next.due); next = this.queue[this.head]) {
      taken.push(next.item);
      this.head += 1;
    }
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return taken;
  }

  /** When the next one is due, if there is one. */
  get next(): Millis | undefined {
    return this.queue[this.head]?.due;
  }

  get size(): number {
    return this.queue.length - this.head;
  }
}
