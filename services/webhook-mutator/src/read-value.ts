import { isRecord } from '@whoran/kernel';
/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a field, or an empty one. */
export function recordIn(value: unknown, field: string): JsonObject {
  const inner = isRecord(value) ? value[field] : undefined;
  return isRecord(inner) ? inner : {};
}

/** The text in a field, or nothing when it is missing, empty or something else. */
export function textIn(value: unknown, field: string): string | undefined {
  const inner = isRecord(value) ? value[field] : undefined;
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
}

/** The objects of a list in a field; what is none is left out. */
export function recordsIn(value: unknown, field: string): readonly JsonObject[] {
  const inner = isRecord(value) ? value[field] : undefined;
  return Array.isArray(inner) ? inner.filter(isRecord) : [];
}

/** The pairs of text in a field, such as labels. */
export function textsByNameIn(value: unknown, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(recordIn(value, field)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
