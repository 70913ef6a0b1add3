import type { Millis } from '@whoran/kernel';
import type { Route } from '../tree/route.ts';
import { type NamedInterval, isActiveAt } from './time-interval.ts';

/** What of a route's time intervals keeps it from telling anybody at a time; nothing if it may. */
export function mutedByTime(
  { muteTimeIntervals, activeTimeIntervals }: Pick<Route, 'muteTimeIntervals' | 'activeTimeIntervals'>,
  intervals: ReadonlyMap<string, NamedInterval>,
  at: Millis,
): string | undefined {
  const isNow = (name: string) => {
    const interval = intervals.get(name);
    return interval !== undefined && isActiveAt(interval, at);
  };
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(isNow)) return `outside of ${activeTimeIntervals.join(', ')}`;
  const muting = muteTimeIntervals.find(isNow);
  return muting === undefined ? undefined : `mute time ${muting}`;
}
