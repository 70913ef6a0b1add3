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
    const due: T[] = [];
    for (let next = this.queue[this.head]; next && next.due <= now; next = this.queue[this.head]) {
      due.push(next.item);
      this.head += 1;
    }
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return due;
  }

  /** When the next one is due, if there is one. */
  get next(): Millis | undefined {
    return this.queue[this.head]?.due;
  }

  get size(): number {
    return this.queue.length - this.head;
  }
}
