import { type Alert, type Priority, priorityRank } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type MatcherIndex, indexMatchers } from '../matchers/matcher-index.ts';
import { type Matcher, matchesAll } from '../matchers/matcher.ts';

/** A node of the routing tree, in Alertmanager's words. */
export interface Route {
  /** Its place: the matchers from the root to it, such as {}/{namespace="prod"}. Each route of a tree has its own. */
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly minPriority?: Priority;
  readonly receiver: string;
  /** Whether the routes after this one are tried although this one matched. */
  readonly continue: boolean;
  /** The labels whose values make a group; all: every label; absent: each alert is told by itself, at once. */
  readonly groupBy?: readonly string[] | 'all';
  readonly groupWait: Millis;
  readonly groupInterval: Millis;
  readonly repeatInterval: Millis;
  /** Names of time intervals in which nobody is told, or outside of which nobody is. Not inherited. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly Route[];
}

/**
 * The routes that an alert ends in, in the order of the tree: the deepest that match, and a match ends the search among its
 * siblings unless it says continue. Never empty, because the root matches everything.
 */
export function matchRoutes(root: Route, alert: Alert): readonly Route[] {
  const found: Route[] = [];
  for (const child of candidatesOf(root, alert)) {
    if (!routeMatches(child, alert)) continue;
    found.push(...matchRoutes(child, alert));
    if (!child.continue) break;
  }
  return found.length > 0 ? found : [root];
}

/** From how many siblings on an index is quicker than asking each. */
const MANY = 8;
const indexes = new WeakMap<readonly Route[], MatcherIndex<Route>>();

function candidatesOf({ routes }: Route, alert: Alert): readonly Route[] {
  if (routes.length < MANY) return routes;
  let index = indexes.get(routes);
  if (!index) indexes.set(routes, (index = indexMatchers(routes, ({ matchers }) => matchers)));
  return index.candidates(alert);
}

/** The receivers of an alert, each once, in the order of the tree. Never empty. */
export function receiversOf(root: Route, alert: Alert): readonly string[] {
  return [...new Set(matchRoutes(root, alert).map((route) => route.receiver))];
}

/** Whether an alert has what this route itself asks for, whatever is above and below it. */
export function routeMatches(route: Route, alert: Alert): boolean {
  if (route.minPriority !== undefined && priorityRank(alert.priority) > priorityRank(route.minPriority)) return false;
  return matchesAll(route.matchers, alert);
}
