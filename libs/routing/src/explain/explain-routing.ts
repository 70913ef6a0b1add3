import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type Group, groupOf } from '../groups/group-of.ts';
import type { Routing } from '../routing.ts';
import { type Silence, type SilenceIndex, silencedBy } from '../silences/silence.ts';
import { mutedByTime } from '../times/muted-by-time.ts';
import { type Route, matchRoutes } from '../tree/route.ts';

/** What one route does with an alert. */
export interface ExplainedRoute {
  readonly route: Route;
  readonly receiver: string;
  /** Absent when the alert is told by itself, at once. */
  readonly group?: Group;
  /** What of the route's time intervals mutes it. */
  readonly mutedByTime?: string;
}

/** Where an alert goes, and what keeps it from being told. */
export interface ExplainedRouting {
  readonly routes: readonly ExplainedRoute[];
  readonly silencedBy: readonly Silence[];
}

/** Says where an alert would go at a time, and why. What other alerts do to it (inhibition) depends on what else is active. */
export function explainRouting(
  routing: Routing,
  alert: Alert,
  { at, silences }: { readonly at: Millis; readonly silences: SilenceIndex },
): ExplainedRouting {
  const routes = matchRoutes(routing.root, alert).map((route) => {
    const group = groupOf(route, alert);
    const muted = mutedByTime(route, routing.timeIntervals, at);
    return { route, receiver: route.receiver, ...(group ? { group } : {}), ...(muted === undefined ? {} : { mutedByTime: muted }) };
  });
  return { routes, silencedBy: silencedBy(silences, alert, at) };
}
