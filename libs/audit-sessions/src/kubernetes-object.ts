import { isRecord } from '@whoran/kernel';

/** A JSON object of unknown shape, as it stands in requestObject and responseObject. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

/** The value as an object, or an empty one. Audit events carry objects whole, in part or not at all. */
export function objectIn(value: unknown): KubernetesObject {
  return isRecord(value) ? value : {};
}

/** The objects in a list; anything else in it is left out. */
export function objectsIn(value: unknown): readonly KubernetesObject[] {
  return listIn(value).filter(isRecord);
}

/** The value if it is a text that is not empty and not longer than `limit`. */
export function textIn(value: unknown, limit: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= limit ? value : undefined;
}

/** The texts of a list. */
export function textsIn(value: unknown): readonly string[] {
  return listIn(value).filter((item) => typeof item === 'string');
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
