import type { LoadIssue } from '@whoran/rules';

/** Where in a file an issue is to be shown. */
export interface Place {
  readonly file: string;
  /** From 1; columns count characters. */
  readonly line: number;
  readonly column: number;
  /** The line, and which part of it is meant, in UTF-16 units. */
  readonly text: string;
  readonly from: number;
  readonly length: number;
  /** Set where the place is in no file but in the condition as it was put together. */
  readonly within?: 'condition';
}

/** The files of one load by name, as bytes: the places of issues count bytes. */
export type FileBytes = ReadonlyMap<string, Buffer>;

/**
 * Finds where an issue is. Falco counts within conditions as if they stood in one line where they begin; here the file is read along
 * with the condition, and where that fails (lists filled in, appended from elsewhere) the condition itself is shown.
 */
export function findPlace(issue: LoadIssue, files: FileBytes): Place | undefined {
  const [outermost] = issue.locations;
  const bytes = outermost === undefined ? undefined : files.get(outermost.file);
  if (outermost === undefined || bytes === undefined) return undefined;
  const base = issue.locations.findLast(({ itemType }) => itemType !== 'condition expression') ?? outermost;
  const last = issue.locations.at(-1) ?? base;
  // What is about a condition as a whole has no line in it; others count lines from 1.
  const expression = last.line > base.line ? issue.expression : undefined;
  const start = indexOf(bytes, base.offset);
  const text = bytes.subarray(base.offset).toString();
  if (expression === undefined) {
    return placeAt(outermost.file, bytes.toString(), start + (wordMeant(issue.message, text) ?? headerOf(text).length));
  }
  const at = indexOf(Buffer.from(expression), last.offset - base.offset);
  const isCondition = base.itemType.endsWith('condition');
  const found = (isCondition ? alongside(text, expression, at) : undefined) ?? elsewhere(text, expression, at);
  if (found !== undefined) return placeAt(outermost.file, bytes.toString(), start + found);
  return { ...placeAt(outermost.file, expression, at), line: base.line + 1, column: base.column + 1, within: 'condition' };
}

/** The place of an index into a text. */
export function placeAt(file: string, whole: string, index: number): Place {
  // What is missing at the end is missing behind the last thing that is there.
  const at = index >= whole.length || /\n/.test(whole.charAt(index)) ? endOfText(whole, index) : index;
  const start = whole.lastIndexOf('\n', at - 1) + 1;
  const end = whole.indexOf('\n', at);
  const text = whole.slice(start, end < 0 ? whole.length : end).replace(/\r$/, '');
  const length = WORD.exec(text.slice(at - start))?.[0].length ?? 1;
  const line = whole.slice(0, start).split('\n').length;
  return { file, line, column: [...text.slice(0, at - start)].length + 1, text, from: at - start, length };
}

/** What is underlined: a word with its argument, or one character. */
const WORD = /^[\w.-]+(?:\[[^\]]{0,100}\])?/;

function endOfText(whole: string, index: number): number {
  return whole.slice(0, index).trimEnd().length;
}

function indexOf(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).toString().length;
}

const BLANK = /\s/;

/** Follows the condition through the text of its YAML scalar up to an index; blanks of any kind and number stand for one another. */
function alongside(text: string, expression: string, index: number): number | undefined {
  const quote = /^["']/.exec(text)?.[0] ?? '';
  let at = headerOf(text).length + quote.length;
  const skipBlanks = (): void => {
    while (at < text.length && BLANK.test(text.charAt(at))) at += 1;
  };
  skipBlanks();
  for (let i = 0; i < index; i += 1) {
    const char = expression.charAt(i);
    if (BLANK.test(char)) {
      skipBlanks();
      continue;
    }
    const isEscaped = (quote === '"' && text.charAt(at) === '\\') || (quote === "'" && text.startsWith("''", at));
    if (isEscaped) at += 1;
    if (text.charAt(at) !== char) return undefined;
    at += 1;
  }
  if (!BLANK.test(expression.charAt(index))) skipBlanks();
  return at;
}

/** What comes before the words of a block of YAML. */
function headerOf(text: string): string {
  return /^[>|][^\n]{0,100}\n\s*/.exec(text)?.[0] ?? '';
}

const KEY = /^Unknown key '([\w-]+)'/;
const FORMAT = / at "(%\d*[\w.]+)/;

/** Where the word stands that a message about a whole item or output names. */
function wordMeant(message: string, text: string): number | undefined {
  const [, key] = KEY.exec(message) ?? [];
  const [, format] = FORMAT.exec(message) ?? [];
  const item = itemOf(text);
  if (key !== undefined) {
    const at = new RegExp(`(?:[\\n{,]\\s{0,20}|^)(${key})\\s{0,20}:`).exec(item);
    return at === null ? undefined : at.index + at[0].indexOf(key);
  }
  const at = format === undefined ? -1 : item.indexOf(format);
  return at < 0 ? undefined : at + 1;
}

/** An item up to the next one. */
function itemOf(text: string): string {
  const next = text.search(/\n {0,20}- (?:rule|macro|list|required_engine_version|required_plugin_versions):/);
  return next < 0 ? text : text.slice(0, next);
}

/** The first place, before the next item of the file, where the same words stand. */
function elsewhere(text: string, expression: string, index: number): number | undefined {
  const words = /^\S+(?:\s+\S+){0,2}/.exec(expression.slice(index, index + 200))?.[0].split(/\s+/) ?? [];
  if (words.length === 0 || words.join('').length < 4) return undefined;
  const item = itemOf(text);
  for (let from = item.indexOf(words[0] ?? ''); from >= 0; from = item.indexOf(words[0] ?? '', from + 1)) {
    if (
      item
        .slice(from, from + 1000)
        .split(/\s+/, words.length)
        .join(' ') === words.join(' ')
    )
      return from;
  }
  return undefined;
}
