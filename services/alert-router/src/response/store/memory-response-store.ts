import type { Millis } from '@whoran/kernel';
import { type ResponseRecord, isActive, slotOf } from '@whoran/response';
import { type Added, ENDED_TIME, type Kept, MAX_RESPONSES, ResponseStore, endedBefore, newestFirst } from './response-store.ts';

interface Entry extends Kept {
  readonly due: Millis | undefined;
}

/** Responses in memory: of one router, and forgotten when it ends. */
export class MemoryResponseStore extends ResponseStore {
  private readonly entries = new Map<string, Entry>();

  override async add(record: ResponseRecord, lease: Millis): Promise<Added> {
    const { response } = record;
    const known = this.entries.get(response.id);
    if (known) return { kind: 'known', kept: known };
    const slot = slotOf(response);
    const held = response.dryRun ? undefined : this.all().find((kept) => isActive(kept.record) && slotOf(kept.record.response) === slot);
    if (held) return { kind: 'held', kept: held };
    this.sweep(Date.parse(response.createdAt) - ENDED_TIME);
    if (this.entries.size >= MAX_RESPONSES) return { kind: 'full' };
    const kept = { record, version: 1, due: lease };
    this.entries.set(response.id, kept);
    return { kind: 'added', kept };
  }

  override async find(id: string): Promise<Kept | undefined> {
    return this.entries.get(id);
  }

  override async list(): Promise<readonly Kept[]> {
    return newestFirst(this.all());
  }

  override async save(
    record: ResponseRecord,
    { version, due }: { readonly version: number; readonly due: Millis | undefined },
  ): Promise<Kept | undefined> {
    const { id } = record.response;
    if (this.entries.get(id)?.version !== version) return undefined;
    const kept = { record, version: version + 1, due };
    this.entries.set(id, kept);
    return kept;
  }

  override async take({
    now,
    lease,
    count,
  }: {
    readonly now: Millis;
    readonly lease: Millis;
    readonly count: number;
  }): Promise<readonly Kept[]> {
    const due = this.all().filter((entry) => entry.due !== undefined && entry.due <= now);
    return due.slice(0, count).map((entry) => {
      const taken = { ...entry, due: lease };
      this.entries.set(entry.record.response.id, taken);
      return taken;
    });
  }

  private all(): readonly Entry[] {
    return [...this.entries.values()];
  }

  private sweep(before: Millis): void {
    for (const [id, { record }] of this.entries) {
      if (endedBefore(record, before)) this.entries.delete(id);
    }
  }
}
