import { type Result, err, ok } from '@whoran/kernel';
import type { FieldCatalog, FieldType, ResolvedField } from '@whoran/rules';

const DOTTED = /^[a-zA-Z]+\w*(?:\.[a-zA-Z]+\w*)+$/;

/** A catalog in which every dotted name is a field with text, as some cases assume. */
export const anyField: FieldCatalog = catalogOf((name) => (DOTTED.test(name) ? { type: 'CHARBUF', list: false } : undefined));

/** A catalog with these fields only: name to type and whether it is a list. */
export function onlyFields(fields: Readonly<Record<string, readonly [FieldType, boolean]>>): FieldCatalog {
  const known = new Map(Object.entries(fields));
  return catalogOf((name) => {
    const field = known.get(name);
    return field === undefined ? undefined : { type: field[0], list: field[1] };
  });
}

function catalogOf(find: (name: string) => Pick<ResolvedField, 'type' | 'list'> | undefined): FieldCatalog {
  return {
    resolve: (name): Result<ResolvedField, string> => {
      const field = find(name);
      if (field === undefined) return err(`filter_check called with nonexistent field ${name}`);
      return ok({ type: field.type, list: field.list, read: () => undefined });
    },
    list: () => [],
  };
}
