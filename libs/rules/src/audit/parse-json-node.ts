import { type Result, err, ok } from '@whoran/kernel';
import { quote, textOfBytes } from './go-text.ts';
import type { JsonMember, JsonNode } from './json-node.ts';

/** How deep the JSON of an audit payload may nest. */
export const MAX_NODE_DEPTH = 300;

/** How much of a text an error quotes, in bytes. */
const MAX_QUOTED = 1000;

/** Why a text is no JSON, in the words of the parser that Falco's plugins use. */
class NotJson extends Error {
  readonly tail: number;
  constructor(message: string, tail: number) {
    super(message);
    this.tail = tail;
  }
}

/** Each level would add a dozen words to what is said. */
class TooDeep extends NotJson {}

/** The text and how far it was read. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads JSON as leniently as Falco's plugins do: any run of number characters is a number (also NaN and Inf), control characters may
 * stand in strings, escapes are not checked. The text is bytes, one character each. Never throws; nests to MAX_NODE_DEPTH at most.
 */
export function parseJsonNode(text: string): Result<JsonNode, string> {
  const cursor: Cursor = { text, at: 0 };
  try {
    skipBlanks(cursor);
    const node = readValue(cursor, 1);
    skipBlanks(cursor);
    return cursor.at === text.length ? ok(node) : err(`unexpected tail: ${quoted(excerpt(text.slice(cursor.at)))}`);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    return err(`cannot parse JSON: ${error.message}; unparsed tail: ${quoted(excerpt(text.slice(error.tail)))}`);
  }
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  const { text, at } = cursor;
  if (at >= text.length) throw new NotJson('cannot parse empty string', at);
  if (depth > MAX_NODE_DEPTH) throw new TooDeep(`too big depth for the nested JSON; it exceeds ${MAX_NODE_DEPTH}`, at);
  switch (text[at]) {
    case '{':
      return { kind: 'object', members: within('object', () => readMembers(cursor, depth)) };
    case '[':
      return { kind: 'array', items: within('array', () => readItems(cursor, depth)) };
    case '"':
      return { kind: 'string', raw: within('string', () => readString(cursor)) };
    case 't':
      return readWord(cursor, 'true');
    case 'f':
      return readWord(cursor, 'false');
    case 'n':
      return readWord(cursor, 'null');
    default:
      return { kind: 'number', text: within('number', () => readNumber(cursor)) };
  }
}

function readMembers(cursor: Cursor, depth: number): readonly JsonMember[] {
  const members: JsonMember[] = [];
  if (isEmpty(cursor, '}')) return members;
  for (;;) {
    skipBlanks(cursor);
    if (cursor.text[cursor.at] !== '"') throw new NotJson(`cannot find opening '"" for object key`, cursor.at);
    const key = within('object key', () => readString(cursor));
    skipBlanks(cursor);
    if (cursor.text[cursor.at] !== ':') throw new NotJson("missing ':' after object key", cursor.at);
    cursor.at += 1;
    skipBlanks(cursor);
    members.push({ key, value: within('object value', () => readValue(cursor, depth + 1)) });
    if (isLast(cursor, '}', 'object')) return members;
  }
}

function readItems(cursor: Cursor, depth: number): readonly JsonNode[] {
  const items: JsonNode[] = [];
  if (isEmpty(cursor, ']')) return items;
  for (;;) {
    skipBlanks(cursor);
    items.push(within('array value', () => readValue(cursor, depth + 1)));
    if (isLast(cursor, ']', 'array')) return items;
  }
}

function isEmpty(cursor: Cursor, end: string): boolean {
  cursor.at += 1;
  skipBlanks(cursor);
  if (cursor.at >= cursor.text.length) throw new NotJson(`missing '${end}'`, cursor.at);
  if (cursor.text[cursor.at] !== end) return false;
  cursor.at += 1;
  return true;
}

function isLast(cursor: Cursor, end: string, what: string): boolean {
  skipBlanks(cursor);
  const next = cursor.text[cursor.at];
  if (next === undefined) throw new NotJson(`unexpected end of ${what}`, cursor.at);
  if (next !== ',' && next !== end) throw new NotJson(`missing ',' after ${what} value`, cursor.at);
  cursor.at += 1;
  return next === end;
}

const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const NUMBER = /[-+.0-9eE]+/y;
const SIGNLESS = /[+-]?(?:inf|nan)/iy;

function readString(cursor: Cursor): string {
  const found = matchAt(STRING, cursor);
  if (found === undefined) throw new NotJson(`missing closing '"'`, cursor.text.length);
  cursor.at += found.length;
  return found.slice(1, -1);
}

function readNumber(cursor: Cursor): string {
  const digits = matchAt(NUMBER, cursor) ?? '';
  const word = digits.length === 0 || digits === '+' || digits === '-' ? matchAt(SIGNLESS, cursor) : undefined;
  const text = word ?? digits;
  const isSignOnly = digits.length <= 1 && !/[0-9.eE]/.test(digits) && cursor.at + digits.length < cursor.text.length;
  if (text === '' || (word === undefined && isSignOnly)) {
    throw new NotJson(`unexpected char: ${quoted(cursor.text.charAt(cursor.at))}`, cursor.at);
  }
  cursor.at += text.length;
  return text;
}

function readWord(cursor: Cursor, word: 'true' | 'false' | 'null'): JsonNode {
  const { text, at } = cursor;
  if (text.startsWith(word, at)) {
    cursor.at += word.length;
    return { kind: 'word', text: word };
  }
  if (word !== 'null' || text.slice(at, at + 3).toLowerCase() !== 'nan') {
    throw new NotJson(`unexpected value found: ${quoted(text.slice(at, at + MAX_QUOTED))}`, at);
  }
  cursor.at += 3;
  return { kind: 'number', text: text.slice(at, at + 3) };
}

function matchAt(pattern: RegExp, cursor: Cursor): string | undefined {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text)?.[0];
}

function skipBlanks(cursor: Cursor): void {
  while (' \n\t\r'.includes(cursor.text[cursor.at] ?? '-')) cursor.at += 1;
}

/** Says around an error what was being read. */
function within<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotJson && !(error instanceof TooDeep)) error.message = `cannot parse ${what}: ${error.message}`;
    throw error;
  }
}

/** The two ends of a long text. */
function excerpt(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 40)}...${text.slice(-40)}`;
}

/** For people: bytes as the text they are. */
function quoted(bytes: string): string {
  return textOfBytes(quote(bytes));
}
