import { type Route, printDuration, printMatcher } from '@whoran/routing';

/** A route as programs get it: every setting, those that are inherited too. */
export interface RouteRow {
  readonly route: string;
  readonly depth: number;
  readonly matchers: readonly string[];
  readonly minPriority?: string;
  readonly receiver: string;
  readonly continue: boolean;
  /** Nothing: each alert is told at once. */
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** A route and all below it, as they stand in the file. */
export function routeRows(route: Route, depth = 0): readonly RouteRow[] {
  return [routeRow(route, depth), ...route.routes.flatMap((child) => routeRows(child, depth + 1))];
}

/** What a route asks for, as one would write it. */
export function conditionsOf({ minPriority, matchers }: Pick<Route, 'minPriority' | 'matchers'>): readonly string[] {
  return [...(minPriority === undefined ? [] : [`min_priority: ${minPriority}`]), ...matchers.map(printMatcher)];
}

/** When a route tells: at once, or by groups. */
export function timing({ groupBy, groupWait, groupInterval, repeatInterval }: RouteRow): string {
  if (groupBy === undefined) return 'each alert at once';
  const by = groupBy.length === 0 ? 'one group' : `a group for each ${groupBy.join(', ').replace('...', 'set of labels')}`;
  return `${by}: first after ${groupWait}, new alerts after ${groupInterval}, again after ${repeatInterval}`;
}

/** One route, without those below it. */
export function routeRow(route: Route, depth: number): RouteRow {
  const { id, matchers, minPriority, receiver, groupBy, muteTimeIntervals, activeTimeIntervals } = route;
  return {
    route: id,
    depth,
    matchers: matchers.map(printMatcher),
    ...(minPriority === undefined ? {} : { minPriority }),
    receiver,
    continue: route.continue,
    ...(groupBy === undefined ? {} : { groupBy: groupBy === 'all' ? ['...'] : groupBy, ...timers(route) }),
    muteTimeIntervals,
    activeTimeIntervals,
  };
}

function timers({ groupWait, groupInterval, repeatInterval }: Route): { groupWait: string; groupInterval: string; repeatInterval: string } {
  return {
    groupWait: printDuration(groupWait),
    groupInterval: printDuration(groupInterval),
    repeatInterval: printDuration(repeatInterval),
  };
}
