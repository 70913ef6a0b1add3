import type { Clock, Millis } from '@whoran/kernel';
import type { Notified } from './decide-notification.ts';

/** Remembers what was notified, by alert id: the port behind which several routers can share one memory. */
export abstract class NotificationLog {
  /**
   * What is known of these alerts; those never notified are missing, and are then this router's to notify. Rejects with
   * DependencyUnavailable, also while another router is about to notify one of them.
   */
  abstract find(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>>;
  /** What is known of these alerts, by a router that notifies none of them that is not known. Rejects as `find` does. */
  abstract look(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>>;
  /** Remembers the latest revision; the same call again changes nothing. Rejects with DependencyUnavailable. */
  abstract record(notified: ReadonlyMap<string, Notified>): Promise<void>;
}

/** A log in memory, bounded in size and age. What it forgets may be notified again. */
export class MemoryNotificationLog extends NotificationLog {
  /** In the order of last use, the oldest first. */
  private readonly entries = new Map<string, Notified & { readonly expires: Millis }>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: { readonly size: number; readonly ttl: Millis },
  ) {
    super();
  }

  override async find(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>> {
    const found = new Map<string, Notified>();
    for (const id of ids) {
      const entry = this.entries.get(id);
      if (!entry) continue;
      this.entries.delete(id);
      if (entry.expires <= this.clock.now()) continue;
      this.entries.set(id, entry);
      const { expires: _, ...notified } = entry;
      found.set(id, notified);
    }
    return found;
  }

  override look(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>> {
    return this.find(ids);
  }

  override async record(notified: ReadonlyMap<string, Notified>): Promise<void> {
    const now = this.clock.now();
    const expires = now + this.limits.ttl;
    for (const [id, entry] of notified) {
      const known = this.entries.get(id);
      if (known && known.expires > now && known.revision >= entry.revision) continue;
      this.entries.delete(id);
      this.entries.set(id, { ...entry, expires });
    }
    for (const id of this.entries.keys()) {
      if (this.entries.size <= this.limits.size) return;
      this.entries.delete(id);
    }
  }
}
