import type { FieldType } from '../../values.ts';
import type { ArgumentKind, FieldDescription } from '../field.ts';

/** What is said of a field in one line: its name, type and meaning, and what may or must stand between brackets. */
export type FieldRow = readonly [name: string, type: FieldType, about: string, argument?: ArgumentKind, required?: 'required'];

/** The description of a row. */
export function describe([name, type, about, argument = 'none', required]: FieldRow): FieldDescription {
  return { name, type, list: false, argument, argumentRequired: required !== undefined, about };
}
