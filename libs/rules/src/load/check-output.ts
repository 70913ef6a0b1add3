import type { FieldCatalog } from '../fields/field.ts';

/** Why a format cannot be an output, or nothing. */
export function problemOfOutput(format: string, catalog: FieldCatalog): string | undefined {
  for (const [, name = '', argument] of format.matchAll(/%(\w+(?:\.[a-zA-Z]\w*)+)(?:\[([^\]]*)\])?/g)) {
    if (!catalog.resolve(name, argument).ok) return "unknown filter: unexpected token after '";
  }
  return undefined;
}
