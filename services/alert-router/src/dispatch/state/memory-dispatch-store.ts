import type { Notification } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type Change, type ChangeOutcome, type Claim, type DispatchState, DispatchStore, type Kept } from './dispatch-store.ts';

/** How many inhibiting keys are remembered at most; the oldest go first. One takes about 200 bytes. */
const MOST_INHIBITING = 100_000;

interface Entry {
  readonly version: string;
  readonly state?: DispatchState;
  readonly outbox?: Notification;
  /** When the state is due. */
  readonly dueAt?: Millis;
  /** When the key is due, which is earlier while there is an outbox. */
  readonly lookAt?: Millis;
}

/** A memory of one router, that ends with it. */
export class MemoryDispatchStore extends DispatchStore {
  private readonly entries = new Map<string, Entry>();
  private readonly inhibitors = new Map<string, Millis>();
  private changes = 0;

  constructor(private readonly limits: { readonly groups: number }) {
    super();
  }

  override async load(keys: readonly string[]): Promise<ReadonlyMap<string, Kept>> {
    const found = new Map<string, Kept>();
    for (const key of keys) {
      const entry = this.entries.get(key);
      if (!entry) continue;
      const { version, state, outbox } = entry;
      found.set(key, given({ version, state, outbox }));
    }
    return found;
  }

  override async save(changes: readonly Change[]): Promise<readonly ChangeOutcome[]> {
    return changes.map((change) => this.change(change));
  }

  override async claim({ now, lease, limit }: Claim): Promise<readonly string[]> {
    const due = [...this.entries]
      .filter(([, { lookAt = Infinity }]) => lookAt <= now)
      .sort(([, a], [, b]) => (a.lookAt ?? 0) - (b.lookAt ?? 0))
      .slice(0, limit);
    for (const [key, entry] of due) this.entries.set(key, { ...entry, lookAt: now + lease });
    return due.map(([key]) => key);
  }

  override async told(key: string, id: string): Promise<void> {
    const entry = this.entries.get(key);
    if (entry?.outbox?.id !== id) return;
    const { version, state, dueAt } = entry;
    if (state) this.entries.set(key, given({ version, state, dueAt, lookAt: dueAt }));
    else this.entries.delete(key);
  }

  override async inhibit(keys: readonly string[], until: Millis): Promise<void> {
    for (const key of keys) {
      const before = this.inhibitors.get(key) ?? until;
      this.inhibitors.delete(key);
      this.inhibitors.set(key, Math.max(before, until));
    }
    for (const key of this.inhibitors.keys()) {
      if (this.inhibitors.size <= MOST_INHIBITING) return;
      this.inhibitors.delete(key);
    }
  }

  override async inhibiting(keys: readonly string[], now: Millis): Promise<ReadonlySet<string>> {
    return new Set(keys.filter((key) => (this.inhibitors.get(key) ?? 0) > now));
  }

  private change({ key, version, state, dueAt, outbox }: Change): ChangeOutcome {
    const entry = this.entries.get(key);
    if ((entry?.version ?? '') !== version) return 'changed';
    if (!entry && this.isFullFor(state)) return 'full';
    const told = outbox?.notification ?? entry?.outbox;
    if (state || told) this.put(key, { state, outbox: told, dueAt, lookAt: told ? (outbox?.until ?? entry?.lookAt) : dueAt });
    else this.entries.delete(key);
    return 'saved';
  }

  private isFullFor(state: DispatchState | undefined): boolean {
    return state?.kind === 'group' && this.entries.size >= this.limits.groups;
  }

  private put(key: string, entry: { readonly [K in keyof Omit<Entry, 'version'>]: Entry[K] | undefined }): void {
    const version = String((this.changes += 1));
    this.entries.set(key, given({ version, ...entry }));
  }
}

/** What was given of an object. */
function given<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}
