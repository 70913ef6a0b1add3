import { printAddress } from '../evaluate/constants/print-address.ts';
import { textOf } from '../evaluate/operands/text-of.ts';
import type { FieldValue, Scalar } from '../values.ts';

/** A value of `output_fields`. */
export type OutputValue = string | number | bigint | boolean | null | readonly OutputValue[];

/** What stands for a value that is absent. */
export const ABSENT_TEXT = '<NA>';

/** A value as a text: lists as `(a,b)`, addresses as they are written, bytes as UTF-8. Absent and empty lists have none. */
export function printValue(value: FieldValue): string | undefined {
  return isAbsent(value) ? undefined : textOf(value).toWellFormed();
}

/** A value as JSON: lists, booleans and numbers stay what they are. Absent and empty lists are null. */
export function jsonValue(value: FieldValue): OutputValue {
  if (isAbsent(value)) return null;
  return isList(value) ? value.map(jsonScalar) : jsonScalar(value);
}

function jsonScalar(value: Scalar): OutputValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object') return value;
  return value instanceof Uint8Array ? textOf(value) : printAddress(value);
}

function isAbsent(value: FieldValue): value is undefined {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function isList(value: FieldValue): value is readonly Scalar[] {
  return Array.isArray(value);
}
