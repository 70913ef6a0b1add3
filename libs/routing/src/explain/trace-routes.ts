import { type Alert, priorityRank } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { labelOf } from '../matchers/labels.ts';
import { printMatcher } from '../matchers/parse-matcher.ts';
import type { Route } from '../tree/route.ts';

const MAX_VALUE = 256;

/** What one condition of a route came to. */
export interface CheckedCondition {
  /** The matcher, or the least priority, as one would write it. */
  readonly condition: string;
  readonly holds: boolean;
  /** What the alert has there, cut at 256 characters. */
  readonly value: string;
}

/** A route that was tried on an alert. */
export interface TriedRoute {
  readonly route: Route;
  readonly matched: boolean;
  /** Up to the first that does not hold. */
  readonly conditions: readonly CheckedCondition[];
  /** The routes below that were tried, if this one matched. */
  readonly tried: readonly TriedRoute[];
  /** How many routes below were not tried, because the one before them matched and does not continue. */
  readonly untried: number;
  /** Whether this is where the alert ended: it matched, and nothing below it did. */
  readonly isEnd: boolean;
}

/** Tries a tree on an alert and tells everything that was asked. The ends are what `matchRoutes` finds. */
export function traceRoutes(route: Route, alert: Alert): TriedRoute {
  const conditions = conditionsOf(route, alert);
  const matched = conditions.every(({ holds }) => holds);
  const tried: TriedRoute[] = [];
  for (const child of matched ? route.routes : []) {
    const step = traceRoutes(child, alert);
    tried.push(step);
    if (step.matched && !child.continue) break;
  }
  const untried = matched ? route.routes.length - tried.length : 0;
  return { route, matched, conditions, tried, untried, isEnd: matched && !tried.some((step) => step.matched) };
}

function conditionsOf({ minPriority, matchers }: Route, alert: Alert): readonly CheckedCondition[] {
  const conditions: CheckedCondition[] = [];
  if (minPriority !== undefined) {
    const holds = priorityRank(alert.priority) <= priorityRank(minPriority);
    conditions.push({ condition: `min_priority: ${minPriority}`, holds, value: alert.priority.toLowerCase() });
    if (!holds) return conditions;
  }
  for (const matcher of matchers) {
    const holds = matcher.matches(alert);
    conditions.push({ condition: printMatcher(matcher), holds, value: truncate(labelOf(alert, matcher.name), MAX_VALUE) });
    if (!holds) break;
  }
  return conditions;
}
