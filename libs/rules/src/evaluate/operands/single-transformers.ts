import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import type * as Ast from '../../condition/ast.ts';
import type { FieldType, FieldValue, Scalar } from '../../values.ts';
import { byteLength, lowerAscii, upperAscii } from '../match/byte-text.ts';
import { decodeBase64 } from './base64.ts';
import { type Operand, isText } from './operand.ts';

/** What a transformer of one value needs and does; what it cannot transform becomes absent. */
interface Single {
  readonly takes: (type: FieldType) => boolean;
  readonly transform: (value: Scalar) => Scalar | undefined;
}

const SINGLE: ReadonlyMap<string, Single> = new Map<string, Single>([
  ['tolower', { takes: isText, transform: ofText(lowerAscii) }],
  ['toupper', { takes: isText, transform: ofText(upperAscii) }],
  ['basename', { takes: isText, transform: ofText((path) => path.slice(path.lastIndexOf('/') + 1)) }],
  ['b64', { takes: (type) => type === 'CHARBUF' || type === 'BYTEBUF', transform: decode }],
]);

/** What a transformer makes of its operand; the key and the costs are for the caller to say. */
export type Made = Omit<Operand, 'key' | 'cost'>;

/** Applies a transformer of one operand. Lists are transformed element by element, which Falco means to and does not. */
export function applyTransformer({ name, argument }: Ast.Transformer, input: Operand): Result<Made, string> {
  const single = SINGLE.get(name);
  if (single === undefined && name !== 'len') return err(`unknown field transfomer '${name}'`);
  if (argument !== undefined) return err(`filter error: transformer '${name}' does not support field arguments`);
  if (input.several !== undefined) return err(`field '${input.name}' does not support transformers`);
  const { type, list, read } = input;
  if (single === undefined) {
    return list || isText(type) || type === 'BYTEBUF'
      ? ok({ name: input.name, type: 'UINT64', list: false, read: (event) => lengthOf(read(event)) })
      : err(refusal(name, input));
  }
  if (!single.takes(type)) return err(refusal(name, input));
  const { transform } = single;
  return ok({ name: input.name, type, list, read: (event) => transformed(read(event), transform) });
}

function refusal(transformer: string, { name, type, list }: Operand): string {
  const what = `${list ? 'list ' : ''}field '${name}'`;
  return `can't add field transformer: type '${type}' is not supported by '${transformer}' transformer applied on ${what}`;
}

/** If one element cannot be transformed, the whole list is absent. */
function transformed(value: FieldValue, transform: Single['transform']): FieldValue {
  if (value === undefined) return undefined;
  if (!isList(value)) return transform(value);
  const results = value.map(transform);
  return results.every((result) => result !== undefined) ? results : undefined;
}

function isList(value: Exclude<FieldValue, undefined>): value is readonly Scalar[] {
  return Array.isArray(value);
}

function ofText(change: (text: string) => string): Single['transform'] {
  return (value) => (typeof value === 'string' ? change(value) : undefined);
}

function decode(value: Scalar): Scalar | undefined {
  if (value instanceof Uint8Array) return decodeBase64(Buffer.from(value).toString('latin1'));
  return typeof value === 'string' ? decodeBase64(value)?.toString() : undefined;
}

function lengthOf(value: FieldValue): number | undefined {
  if (typeof value === 'string') return byteLength(value);
  return Array.isArray(value) || value instanceof Uint8Array ? value.length : undefined;
}
