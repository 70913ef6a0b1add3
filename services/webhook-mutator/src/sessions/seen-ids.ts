/** Remembers the last ids that it was asked about, at most `capacity` of them. */
export class SeenIds {
  private readonly ids = new Set<string>();

  constructor(private readonly capacity: number) {}

  /** Whether the id is new; from now on it is not. */
  add(id: string): boolean {
    const isNew = !this.ids.delete(id);
    this.ids.add(id);
    for (const oldest of this.ids) {
      if (this.ids.size <= this.capacity) break;
      this.ids.delete(oldest);
    }
    return isNew;
  }
}
