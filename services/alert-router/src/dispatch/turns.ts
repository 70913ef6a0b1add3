/** Does one thing after another: batches of several partitions change the same states, and would make each other begin anew. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Does it when everything before it has ended, whichever way; resolves, or rejects, as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn;
    return turn;
  }
}
