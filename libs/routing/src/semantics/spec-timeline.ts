import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { flushGroup } from '../groups/flush-group.ts';
import { groupOf } from '../groups/group-of.ts';
import type { GroupState } from '../groups/group-state.ts';
import { insertAlert } from '../groups/insert-alert.ts';
import { inhibitionKeys } from '../inhibition/inhibit.ts';
import type { Routing } from '../routing.ts';
import { type Silence, type SilenceIndex, indexSilences, silencedBy } from '../silences/silence.ts';
import { mutedByTime } from '../times/muted-by-time.ts';
import { type Route, matchRoutes } from '../tree/route.ts';

/** What somebody was told, and when. */
export interface Told {
  readonly at: Millis;
  readonly receiver: string;
  readonly reason: string;
  readonly alerts: readonly Alert[];
  readonly total: number;
}

/** An alert, and when it comes. */
export interface Arrival {
  readonly at: Millis;
  readonly alert: Alert;
}

/**
 * A router without its surroundings, in virtual time: what a dispatcher does with this library. State is written to JSON and read
 * between any two steps, as a store would.
 */
export class Timeline {
  readonly told: Told[] = [];
  private readonly groups = new Map<string, { route: Route; state: string; dueAt: Millis }>();
  private readonly sources = new Map<string, Millis>();
  private readonly silences: SilenceIndex;

  constructor(
    private readonly routing: Routing,
    silences: readonly Silence[] = [],
  ) {
    this.silences = indexSilences(silences);
  }

  /** Takes the arrivals in their order, flushes what is due, and tells who was told up to `until`. */
  run(arrivals: readonly Arrival[], until: Millis): readonly Told[] {
    for (const arrival of arrivals) {
      this.flushUntil(arrival.at);
      this.take(arrival);
    }
    this.flushUntil(until);
    return this.told;
  }

  /** How many groups there are. */
  get size(): number {
    return this.groups.size;
  }

  private take({ at, alert }: Arrival): void {
    const { asSource } = inhibitionKeys(this.routing.inhibitRules, alert);
    for (const key of asSource) this.sources.set(key, at + this.routing.resolveTimeout);
    for (const route of matchRoutes(this.routing.root, alert)) {
      const group = groupOf(route, alert);
      if (!group) {
        if (this.mutedBy(route, alert, at) === undefined) this.tell(at, route.receiver, { reason: 'alert', alerts: [alert], total: 1 });
        continue;
      }
      const before = this.groups.get(group.key);
      const state = insertAlert(before && read(before.state), alert, { route, group, now: at });
      this.groups.set(group.key, { route, state: JSON.stringify(state), dueAt: state.dueAt });
    }
  }

  private flushUntil(at: Millis): void {
    for (;;) {
      const [next] = [...this.groups].map(([key, { dueAt }]) => ({ key, dueAt })).sort((a, b) => a.dueAt - b.dueAt);
      if (!next || next.dueAt > at) return;
      this.flush(next.key, next.dueAt);
    }
  }

  private flush(key: string, now: Millis): void {
    const group = this.groups.get(key);
    if (!group) return;
    const { route } = group;
    const mutedBy = (alert: Alert) => this.mutedBy(route, alert, now);
    const { state, notify } = flushGroup(read(group.state), { route, resolveTimeout: this.routing.resolveTimeout, mutedBy, now });
    if (state) this.groups.set(key, { route, state: JSON.stringify(state), dueAt: state.dueAt });
    else this.groups.delete(key);
    if (notify) this.tell(now, route.receiver, notify);
  }

  private mutedBy(route: Route, alert: Alert, at: Millis): string | undefined {
    const { asTarget } = inhibitionKeys(this.routing.inhibitRules, alert);
    const inhibitor = asTarget.find(({ key }) => (this.sources.get(key) ?? 0) > at);
    if (inhibitor) return inhibitor.rule;
    return mutedByTime(route, this.routing.timeIntervals, at) ?? silencedBy(this.silences, alert, at)[0]?.id;
  }

  private tell(at: Millis, receiver: string, { reason, alerts, total }: Pick<Told, 'reason' | 'alerts' | 'total'>): void {
    this.told.push({ at, receiver, reason, alerts, total });
  }
}

function read(state: string): GroupState {
  return JSON.parse(state) as GroupState;
}
