/** Queues that are served in turns, one entry each: a long queue delays a short one by no more than its own turn. */
export class Turns<T> {
  private readonly queues = new Map<string, T[]>();

  add(name: string, entry: T): void {
    const queue = this.queues.get(name);
    if (queue) queue.push(entry);
    else this.queues.set(name, [entry]);
  }

  /** The next entry of the queue whose turn it is; nothing when all are empty. */
  next(): T | undefined {
    for (const [name, queue] of this.queues) {
      const entry = queue.shift();
      // To the end of the line.
      this.queues.delete(name);
      if (queue.length > 0) this.queues.set(name, queue);
      return entry;
    }
    return undefined;
  }

  /** Everything in one queue, which is empty then. */
  takeAll(name: string): readonly T[] {
    const queue = this.queues.get(name) ?? [];
    this.queues.delete(name);
    return queue;
  }

  isEmpty(): boolean {
    return this.queues.size === 0;
  }
}
