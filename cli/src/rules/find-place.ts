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

/** A file as text and as bytes: the places of issues count bytes. */
export interface SourceText {
  readonly text: string;
  readonly bytes: Buffer;
}

/** Prepares a text for the places of many issues. */
export function sourceText(text: string): SourceText {
  return { text, bytes: Buffer.from(text) };
}

/** The files of one load by name. */
export type Sources = ReadonlyMap<string, SourceText>;

/**
 * Finds where an issue is. Falco counts within conditions as if they stood in one line where they begin; here the file is read along
 * with the condition, and where that fails (lists filled in, appended from elsewhere) the condition itself is shown.
 */
export function findPlace(issue: LoadIssue, files: Sources): Place | undefined {
  const [outermost] = issue.locations;
  const source = outermost === undefined ? undefined : files.get(outermost.file);
  if (outermost === undefined || source === undefined) return undefined;
  const base = issue.locations.findLast(({ itemType }) => itemType !== 'condition expression') ?? outermost;
  const last = issue.locations.at(-1) ?? base;
  // What is about a condition as a whole has no line in it; others count lines from 1.
  const expression = last.line > base.line ? issue.expression : undefined;
  const start = indexOf(source, base.offset);
  const text = source.text.slice(start);
  if (expression === undefined) {
    return placeAt(outermost.file, source.text, start + (wordMeant(issue.message, text) ?? headerOf(text).length));
  }
  const at = indexOf(sourceText(expression), last.offset - base.offset);
  const isCondition = base.itemType.endsWith('condition');
  const found = (isCondition ? alongside(text, expression, at) : undefined) ?? elsewhere(text, expression, at);
  if (found !== undefined) return placeAt(outermost.file, source.text, start + found);
  return { ...placeAt(outermost.file, expression, at), line: base.line + 1, column: base.column + 1, within: 'condition' };
}

/** The place of an index into a text. */
function placeAt(file: string, whole: string, index: number): Place {
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

function indexOf({ text, bytes }: SourceText, offset: number): number {
  return bytes.length === text.length ? offset : bytes.subarray(0, offset).toString().length;
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

const MOST_WORDS = 4;

/** The only place of the item where the same words stand, as many of them as can be found. */
function elsewhere(text: string, expression: string, index: number): number | undefined {
  const words = expression
    .slice(index, index + 200)
    .split(/\s+/, MOST_WORDS)
    .filter((word) => word !== '');
  const item = itemOf(text);
  for (let count = words.length; count > 0; count -= 1) {
    const places = placesOf(words.slice(0, count), item);
    if (places.length === 1) return places[0];
    if (places.length > 1) return undefined;
  }
  return undefined;
}

function placesOf(words: readonly string[], item: string): readonly number[] {
  const [first = ''] = words;
  const places: number[] = [];
  for (let from = item.indexOf(first); from >= 0 && places.length < 2; from = item.indexOf(first, from + 1)) {
    const begins = from === 0 || /[\s("',]/.test(item.charAt(from - 1));
    if (
      begins &&
      item
        .slice(from, from + 1000)
        .split(/\s+/, words.length)
        .join(' ') === words.join(' ')
    )
      places.push(from);
  }
  return places;
}
