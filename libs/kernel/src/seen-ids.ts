/**
 * Remembers the last ids that it was asked about: at least `capacity`, at most twice as many. Two sets take turns, because
 * taking the oldest out of one large set gets slower with every id taken out before.
 */
export class SeenIds {
  private recent = new Set<string>();
  private older: ReadonlySet<string> = new Set();

  constructor(private readonly capacity: number) {}

  /** Whether the id is new; from now on it is not. */
  add(id: string): boolean {
    const isNew = !this.recent.has(id) && !this.older.has(id);
    if (this.recent.size >= this.capacity) {
      this.older = this.recent;
      this.recent = new Set();
    }
    this.recent.add(id);
    return isNew;
  }
}
