import { encodeJson } from '@whoran/contracts';

/** JSON escapes control characters below U+0020 only; these act on terminals as well, and may be escaped in any JSON text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value as JSON on one line: the same value to every reader, and harmless on a terminal. */
export function jsonLine(value: unknown): string {
  return encodeJson(value).replace(UNSAFE, escaped);
}

/** A value as JSON for people: indented by two spaces, without a newline at the end. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, digits, 2).replace(/[^\n]+/g, (line) => line.replace(UNSAFE, escaped));
}

/** The API has no numbers beyond 2^53; should one come, its digits are kept. */
function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
