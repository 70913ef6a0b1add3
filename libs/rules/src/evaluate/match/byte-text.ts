import { Buffer } from 'node:buffer';

// eslint-disable-next-line no-control-regex -- exactly the characters of one byte in UTF-8
const ASCII = /^[\x00-\x7f]*$/;

/** The text as Falco sees it: one character per byte of its UTF-8. Most texts are their own. */
export function bytesAsText(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** How many bytes the text has in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The order of two texts by the bytes of their UTF-8: negative, zero or positive, as C's strcmp has it. */
export function compareBytes(one: string, other: string): number {
  if (one === other) return 0;
  const size = Math.min(one.length, other.length);
  let at = 0;
  while (at < size && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === size) return one.length - other.length;
  return rank(one.charCodeAt(at)) - rank(other.charCodeAt(at));
}

/** Characters beyond U+FFFF are pairs of units in the middle of the others; in UTF-8 they come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

const UPPER = /[A-Z]+/g;
const LOWER = /[a-z]+/g;

/** Makes small letters of A to Z, and of nothing else. */
export function lowerAscii(text: string): string {
  return text.replace(UPPER, (letters) => letters.toLowerCase());
}

/** Makes capitals of a to z, and of nothing else. */
export function upperAscii(text: string): string {
  return text.replace(LOWER, (letters) => letters.toUpperCase());
}
