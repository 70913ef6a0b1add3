import type { Alert } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type Group, groupOf } from '../groups/group-of.ts';
import { inhibitionKeys } from '../inhibition/inhibit.ts';
import type { Routing } from '../routing.ts';
import { type Silence, type SilenceIndex, silencedBy } from '../silences/silence.ts';
import { mutedByTime } from '../times/muted-by-time.ts';
import type { Route } from '../tree/route.ts';
import { type TriedRoute, traceRoutes } from './trace-routes.ts';

/** What one route does with an alert. */
export interface ExplainedRoute {
  readonly route: Route;
  readonly receiver: string;
  /** The routes from the root to this one. */
  readonly path: readonly TriedRoute[];
  /** Absent when the alert is told by itself, at once. */
  readonly group?: Group;
  /** What of the route's time intervals mutes it. */
  readonly mutedByTime?: string;
}

/** Where an alert goes, and what keeps it from being told. */
export interface ExplainedRouting {
  readonly trace: TriedRoute;
  readonly routes: readonly ExplainedRoute[];
  readonly silencedBy: readonly Silence[];
  /** The rules that mute it while one of their source alerts is active. */
  readonly inhibitedWhile: readonly string[];
  /** The rules by which it mutes others while it is active. */
  readonly inhibits: readonly string[];
}

/** Says where an alert would go at a time, and why. What inhibits it depends on what else is active then: the rules are named. */
export function explainRouting(
  routing: Routing,
  alert: Alert,
  { at, silences }: { readonly at: Millis; readonly silences: SilenceIndex },
): ExplainedRouting {
  const trace = traceRoutes(routing.root, alert);
  const routes = endsOf(trace).map(({ route, path }) => {
    const group = groupOf(route, alert);
    const muted = mutedByTime(route, routing.timeIntervals, at);
    return { route, receiver: route.receiver, path, ...(group ? { group } : {}), ...(muted === undefined ? {} : { mutedByTime: muted }) };
  });
  return {
    trace,
    routes,
    silencedBy: silencedBy(silences, alert, at),
    inhibitedWhile: inhibitionKeys(routing.inhibitRules, alert).asTarget.map(({ rule }) => rule),
    inhibits: routing.inhibitRules.filter((rule) => inhibitionKeys([rule], alert).asSource.length > 0).map(({ name }) => name),
  };
}

function endsOf(step: TriedRoute, above: readonly TriedRoute[] = []): readonly { route: Route; path: readonly TriedRoute[] }[] {
  const path = [...above, step];
  return step.isEnd ? [{ route: step.route, path }] : step.tried.flatMap((each) => (each.matched ? endsOf(each, path) : []));
}
