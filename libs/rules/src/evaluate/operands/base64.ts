import { Buffer } from 'node:buffer';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3})?$/;
const LAST_BITS: ReadonlyMap<number, RegExp> = new Map([
  // With two letters left the last one carries 2 bits of data, with three letters left 4: the other bits must be zero.
  [2, /[AQgw]$/],
  [3, /[AEIMQUYcgkosw048]$/],
]);

/** Decodes base64 as Falco does: up to two `=` at the end are dropped whether they are needed or not. Nothing if it is invalid. */
export function decodeBase64(text: string): Buffer | undefined {
  const letters = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  if (letters === '' && text !== '') return undefined;
  if (!BASE64.test(letters)) return undefined;
  const last = LAST_BITS.get(letters.length % 4);
  return last === undefined || last.test(letters) ? Buffer.from(letters, 'base64') : undefined;
}
