import { isUtf8 } from 'node:buffer';
import { parseJson } from '@whoran/contracts';
import { type Result, err, ok } from '@whoran/kernel';

/** Why bytes cannot be read at all. */
export interface BadBody {
  readonly reason: 'empty-body' | 'invalid-utf8' | 'invalid-json';
  readonly message: string;
}

const BYTE_ORDER_MARK = /^\uFEFF/;

/** Reads bytes as UTF-8 text. Bytes that are not UTF-8 are refused, never replaced. */
export function decodeText(bytes: Buffer): Result<string, BadBody> {
  if (bytes.length === 0) return err({ reason: 'empty-body', message: 'the body is empty' });
  if (!isUtf8(bytes)) return err({ reason: 'invalid-utf8', message: 'this is not UTF-8' });
  return ok(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''));
}

/** Reads text as JSON, keeping every digit of long integers. */
export function decodeJson(text: string): Result<unknown, BadBody> {
  const json = parseJson(text);
  return json.ok ? json : err({ reason: 'invalid-json', message: `this is not JSON that can be read: ${json.error}` });
}

/** Reads bytes as UTF-8 JSON, keeping every digit of long integers. Total: never throws. */
export function decodeBody(bytes: Buffer): Result<unknown, BadBody> {
  const text = decodeText(bytes);
  return text.ok ? decodeJson(text.value) : text;
}
