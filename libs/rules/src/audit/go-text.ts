import { Buffer } from 'node:buffer';

/** One UTF-8 sequence in a text of bytes, or a byte that belongs to none. */
// eslint-disable-next-line no-control-regex -- bytes are what this is about
const SEQUENCE = /[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[^]/g;
const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};
const PRINTED = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Bytes as a text of one character each. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that such bytes are as UTF-8; what is none becomes U+FFFD. */
export function textOfBytes(bytes: string): string {
  // eslint-disable-next-line no-control-regex -- most texts are ASCII, and stay as they are
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Bytes between quotes with escapes, as Go writes them. */
export function quote(bytes: string): string {
  return `"${bytes.replace(SEQUENCE, escapeSequence)}"`;
}

function escapeSequence(sequence: string): string {
  const short = SHORT[sequence];
  if (short !== undefined) return short;
  const character = textOfBytes(sequence);
  if (character === '\ufffd' && sequence.length === 1) return hex('x', sequence, 2);
  if (PRINTED.test(character)) return sequence;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? hex('x', character, 2) : code < 0x10000 ? hex('u', character, 4) : hex('U', character, 8);
}

function hex(letter: string, character: string, digits: number): string {
  return `\\${letter}${(character.codePointAt(0) ?? 0).toString(16).padStart(digits, '0')}`;
}

const ESCAPE = /\\(?:u(d[89a-f][0-9a-f]{2})\\u([0-9a-f]{4})|u([0-9a-f]{4})|([^]))/gi;
const UNESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' };

/** What a JSON string means, as bytes. Escapes that are not known and halves of surrogate pairs stay as they are. */
export function unescapeJson(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(ESCAPE, (whole: string, first?: string, second?: string, single?: string, letter?: string) => {
    if (first !== undefined && second !== undefined) return surrogatePair(codeOf(first), codeOf(second));
    if (single !== undefined) return isSurrogate(codeOf(single)) ? whole : bytesOf(String.fromCharCode(codeOf(single)));
    return UNESCAPED[letter ?? ''] ?? whole;
  });
}

function surrogatePair(first: number, second: number): string {
  const isPair = first < 0xdc00 && second >= 0xdc00 && second <= 0xdfff;
  return bytesOf(isPair ? String.fromCharCode(first, second) : '\ufffd');
}

/** A JSON string that was looked at and is written again: unescaped, and escaped only where it must be. */
export function respelled(raw: string): string {
  const bytes = unescapeJson(raw);
  // eslint-disable-next-line no-control-regex -- control characters must be escaped
  return /["\\\x00-\x1f]/.test(bytes) ? quote(bytes) : `"${bytes}"`;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function codeOf(digits: string): number {
  return Number.parseInt(digits, 16);
}
