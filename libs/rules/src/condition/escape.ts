import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';

const ESCAPED: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};

/** A constant as Falco prints it: in quotes only if it has a blank, `=`, a quote, a backslash or a control character with a letter. */
export function escapeString(value: string): string {
  if (!/[\b\f\n\r\t \\"'=]/.test(value)) return value;
  return `"${value.replace(/[\b\f\n\r\t\\"]/g, (character) => ESCAPED[character] ?? character)}"`;
}

const UNESCAPED: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  // Falco keeps a backslash before a blank: an official rule was once written so.
  [' ', '\\'],
  ['\\', '\\'],
  ['/', '/'],
]);

/** A backslash at the end, which no parser comes upon, stands for nothing. */
const ESCAPE = /\\(?:x([^]{0,2})|([^]?))/gu;

/** The content of a string between two equal quotes. The error is Falco's text. Bytes of `\x` that are no UTF-8 become U+FFFD. */
export function unescapeString(quoted: string): Result<string, string> {
  const quote = quoted.charAt(0);
  const content = quoted.slice(1, -1);
  if (!content.includes('\\')) return ok(content);
  let problem: string | undefined;
  const parts: (string | number)[] = [];
  let from = 0;
  for (const match of content.matchAll(ESCAPE)) {
    const meaning = meaningOf(match, quote);
    if (!meaning.ok) problem ??= meaning.error;
    else parts.push(content.slice(from, match.index), meaning.value);
    from = match.index + match[0].length;
  }
  if (problem !== undefined) return err(problem);
  parts.push(content.slice(from));
  return ok(join(parts));
}

function meaningOf([, hex, letter = '']: RegExpExecArray, quote: string): Result<string | number, string> {
  if (hex !== undefined) return byteOf(hex);
  const meaning = letter === '' ? '' : UNESCAPED.get(letter);
  if (meaning !== undefined) return ok(meaning);
  if (letter === quote) return ok(letter);
  if (letter === '"' || letter === "'") return err(`invalid \\${letter} escape in ${quote}-quoted string`);
  return err(`unsupported string escape sequence: \\${letter}`);
}

function byteOf(hex: string): Result<number, string> {
  if (hex.length < 2) return err('truncated hex char escape sequence');
  if (!/^[0-9a-fA-F]{2}$/.test(hex)) return err(`invalid hex char escape sequence: ${hex}`);
  return ok(Number.parseInt(hex, 16));
}

/** Numbers are bytes: several of them may be one character. */
function join(parts: readonly (string | number)[]): string {
  if (parts.every((part) => typeof part === 'string' || part < 0x80)) {
    return parts.map((part) => (typeof part === 'string' ? part : String.fromCharCode(part))).join('');
  }
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))).toString();
}
