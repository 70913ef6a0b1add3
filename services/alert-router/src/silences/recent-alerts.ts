import type { Alert } from '@whoran/contracts';
import type { Clock, Millis } from '@whoran/kernel';
import { shortened } from './shorten-alert.ts';

/** How many alerts are remembered, for how long at most (milliseconds), and of one batch. */
export const RECENT = { count: 1000, time: 86_400_000, batch: 200 } as const;

/**
 * The alerts of late, so that a silence can be shown what it would mute: a bounded memory, with long texts cut, that may miss
 * some. Nothing is decided by it.
 */
export abstract class RecentAlerts {
  /** Never rejects: that a preview misses something is no reason to do an alert again. */
  abstract remember(alerts: readonly Alert[]): Promise<void>;
  /** The latest revision of each, in any order. Rejects with DependencyUnavailable. */
  abstract list(): Promise<readonly Alert[]>;
}

/** The alerts that this process has seen. */
export class MemoryRecentAlerts extends RecentAlerts {
  private readonly alerts = new Map<string, { readonly alert: Alert; readonly at: Millis }>();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async remember(alerts: readonly Alert[]): Promise<void> {
    const at = this.clock.now();
    for (const alert of worthKeeping(alerts)) {
      this.alerts.delete(alert.whoran.id);
      this.alerts.set(alert.whoran.id, { alert, at });
    }
    for (const id of this.alerts.keys()) {
      if (this.alerts.size <= RECENT.count) return;
      this.alerts.delete(id);
    }
  }

  override async list(): Promise<readonly Alert[]> {
    const since = this.clock.now() - RECENT.time;
    return [...this.alerts.values()].filter(({ at }) => at > since).map(({ alert }) => alert);
  }
}

/** What of a batch is remembered: the last ones, shortened. */
export function worthKeeping(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.slice(-RECENT.batch).map(shortened);
}

/** The latest revision of each alert. */
export function latestOfEach(alerts: readonly Alert[]): readonly Alert[] {
  const byId = new Map<string, Alert>();
  for (const alert of alerts) {
    const known = byId.get(alert.whoran.id);
    if (!known || known.whoran.revision < alert.whoran.revision) byId.set(alert.whoran.id, alert);
  }
  return [...byId.values()];
}
