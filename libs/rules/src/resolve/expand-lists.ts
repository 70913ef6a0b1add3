import type { CollectedList } from '../collect/collection.ts';
import { MAX_LIST_ITEMS } from '../read/limits.ts';
import { Refusal } from '../read/refusal.ts';

/** A list with the lists in it put in, one level deep as in Falco. */
export interface ExpandedList {
  readonly name: string;
  readonly items: readonly string[];
  /** Lists that it mentions, in their order, each as often. */
  readonly references: readonly string[];
}

/** Expands every list. One that was first defined after the last change of another is not seen by it, and stays a word there. */
export function expandLists(lists: ReadonlyMap<string, CollectedList>): ReadonlyMap<string, ExpandedList> {
  const budget = { left: MAX_LIST_ITEMS };
  return new Map([...lists].map(([name, list]) => [name, expand(list, lists, budget)]));
}

/** All lists share one bound: lists of lists grow with the square of a file. */
interface Budget {
  left: number;
}

function expand(list: CollectedList, lists: ReadonlyMap<string, CollectedList>, budget: Budget): ExpandedList {
  const items: string[] = [];
  const references: string[] = [];
  for (const item of list.items) {
    const other = lists.get(item);
    const seen = other !== undefined && other.first < list.last ? other : undefined;
    if (seen !== undefined) references.push(seen.name);
    const added = seen?.items ?? [item];
    budget.left -= added.length;
    if (budget.left < 0) throw new Refusal('LOAD_ERR_VALIDATE', `All lists together have more than ${MAX_LIST_ITEMS} items`, list.context);
    for (const text of added) items.push(text);
  }
  return { name: list.name, items, references };
}
