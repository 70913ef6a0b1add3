import { storable } from './storable.ts';

/** One row a key, in the order of the keys: a statement must not touch a row twice, and replicas must not wait for each other in a circle. */
export function oneOfEach<T>(rows: readonly T[], keyOf: (row: T) => string, merge: (one: T, other: T) => T): readonly T[] {
  const byKey = new Map<string, T>();
  for (const row of rows) {
    // As the database will see it: keys that differ in what it cannot hold are one.
    const key = storable(keyOf(row));
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? row : merge(known, row));
  }
  return inOrder([...byKey.values()], keyOf);
}

/** Rows in the order of their keys. */
export function inOrder<T>(rows: readonly T[], keyOf: (row: T) => string): readonly T[] {
  return [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
