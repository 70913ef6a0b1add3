/** The value of an object's own key; nothing for anything else, whatever prototypes have. */
export function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** The value at the end of a path of keys, or nothing. */
export function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    found = own(found, key);
    if (found === undefined) return undefined;
  }
  return found;
}

/** The elements of a list, or nothing if it is none. */
export function listAt(value: unknown, path: readonly string[]): readonly unknown[] | undefined {
  const found = at(value, path);
  return Array.isArray(found) ? found : undefined;
}
