import { type Alert, type Priority, priorityRank } from '@whoran/contracts';
import type { Matcher } from './matcher.ts';

/** A node of the routing tree, in Alertmanager's words. */
export interface Route {
  readonly matchers: readonly Matcher[];
  readonly minPriority?: Priority;
  readonly receiver: string;
  /** Whether the routes after this one are tried although this one matched. */
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

/** The receivers of an alert, each once, in the order of the tree. Never empty, because the root matches everything. */
export function receiversOf(root: Route, alert: Alert): readonly string[] {
  return [...new Set(matching(root, alert).map((route) => route.receiver))];
}

/** Depth first: the deepest matching routes win, and a match ends the search among its siblings unless it says continue. */
function matching(route: Route, alert: Alert): readonly Route[] {
  const found: Route[] = [];
  for (const child of route.routes) {
    if (!matches(child, alert)) continue;
    found.push(...matching(child, alert));
    if (!child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

function matches(route: Route, alert: Alert): boolean {
  if (route.minPriority !== undefined && priorityRank(alert.priority) > priorityRank(route.minPriority)) return false;
  return route.matchers.every((matcher) => matcher(alert));
}
