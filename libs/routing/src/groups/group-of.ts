import type { Alert } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { labelOf, labelsOf } from '../matchers/labels.ts';
import type { Route } from '../tree/route.ts';

/** How long one value of a group's labels is at most; longer ones that begin alike share a group. */
const MAX_VALUE = 4096;

/** The group that an alert falls into at a route. */
export interface Group {
  /** The route and the values: text of any length, unique among the groups of one tree. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The group of an alert at a route; nothing if the route does not group. */
export function groupOf(route: Route, alert: Alert): Group | undefined {
  if (route.groupBy === undefined) return undefined;
  const values = route.groupBy === 'all' ? labelsOf(alert) : Object.fromEntries(route.groupBy.map((name) => [name, labelOf(alert, name)]));
  const labels = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, truncate(value, MAX_VALUE)]));
  return { key: `${route.id}:${JSON.stringify(Object.entries(labels).sort(byName))}`, labels };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
