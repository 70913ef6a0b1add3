/** The fields that have a value: an absent one is left out and not null, in JSON too. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], null | undefined> };
}
