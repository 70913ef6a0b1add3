import type { Alert } from '@whoran/contracts';
import { valuesOf } from './labels.ts';
import type { Matcher } from './matcher.ts';

/** Many lists of matchers, found by an alert without asking each. */
export interface MatcherIndex<T> {
  /** Those whose matchers may all fit, in the order in which they were given; the rest cannot. */
  readonly candidates: (alert: Alert) => readonly T[];
}

interface Placed<T> {
  readonly item: T;
  readonly order: number;
}

/** Makes an index of items by one matcher of each that asks for one value; items without such a matcher are always candidates. */
export function indexMatchers<T>(items: readonly T[], matchersOf: (item: T) => readonly Matcher[]): MatcherIndex<T> {
  const always: Placed<T>[] = [];
  const byName = new Map<string, Map<string, Placed<T>[]>>();
  for (const [order, item] of items.entries()) {
    const exact = matchersOf(item).find(({ operator, value }) => operator === '=' && value !== '');
    if (!exact) {
      always.push({ item, order });
      continue;
    }
    const byValue = byName.get(exact.name) ?? new Map<string, Placed<T>[]>();
    const same = byValue.get(exact.value) ?? [];
    same.push({ item, order });
    byName.set(exact.name, byValue.set(exact.value, same));
  }
  return { candidates: (alert) => candidatesIn(always, byName, alert) };
}

function candidatesIn<T>(
  always: readonly Placed<T>[],
  byName: ReadonlyMap<string, ReadonlyMap<string, readonly Placed<T>[]>>,
  alert: Alert,
): readonly T[] {
  const found = [...always];
  for (const [name, byValue] of byName) {
    for (const value of new Set(valuesOf(name)?.(alert))) found.push(...(byValue.get(value) ?? []));
  }
  return found.sort((a, b) => a.order - b.order).map(({ item }) => item);
}
