import { Buffer } from 'node:buffer';
import type { FieldValue, Scalar } from '../../values.ts';
import { printAddress } from '../constants/print-address.ts';

/** A value as the text that `join` puts together: what Falco would print. */
export function textOf(value: Exclude<FieldValue, undefined>): string {
  return isList(value) ? `(${value.map(textOfScalar).join()})` : textOfScalar(value);
}

function isList(value: Exclude<FieldValue, undefined>): value is readonly Scalar[] {
  return Array.isArray(value);
}

function textOfScalar(value: Scalar): string {
  if (typeof value !== 'object') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString() : printAddress(value);
}
