import { MAX_CONDITION_LENGTH, MAX_FILLING } from '../read/limits.ts';
import type { ExpandedList } from './expand-lists.ts';
import { quoteItem } from './quote-item.ts';

/** Lists made ready to be filled in, in the order of their definitions. */
export interface ListIndex {
  readonly lists: readonly PreparedList[];
  readonly orderOf: ReadonlyMap<string, number>;
  /** How much text may still be looked through; what many lists and many conditions cost together is bounded by it. */
  left: number;
}

interface PreparedList {
  readonly name: string;
  readonly text: string;
  /** Names that are not one word cannot be found by words: such lists are always tried. */
  readonly odd: boolean;
}

/** A condition with its lists filled in, and which ones these were. */
export interface Filled {
  readonly text: string;
  readonly used: readonly string[];
}

const DELIMITERS = /[ \t\n\r(),=]/;
const BLANKS = ' \t\n\r';

/** Makes lists ready to be filled in. */
export function indexLists(lists: ReadonlyMap<string, ExpandedList>): ListIndex {
  const prepared = [...lists.values()].map(({ name, items }) => ({
    name,
    text: items.map(quoteItem).join(', '),
    odd: DELIMITERS.test(name),
  }));
  return { lists: prepared, orderOf: new Map(prepared.map(({ name }, order) => [name, order])), left: MAX_FILLING };
}

/**
 * Puts lists in place of their names in the text of a condition, one list after the other in the order of their definitions, as Falco
 * does: names in quotes and keywords are not spared, and what one list brings in a later one may replace. Nothing if the text grows
 * too long, or all conditions together cost too much.
 */
export function fillInLists(condition: string, index: ListIndex): Filled | undefined {
  const wanted = new Uint8Array(index.lists.length);
  wantWords(condition, index, wanted);
  const used: string[] = [];
  let text = condition;
  for (const [order, list] of index.lists.entries()) {
    if (wanted[order] === 0 && !list.odd) continue;
    const filled = fillIn(text, list);
    index.left -= text.length;
    if (index.left < 0) return undefined;
    if (filled === undefined) continue;
    if (filled.length > MAX_CONDITION_LENGTH) return undefined;
    text = filled;
    used.push(list.name);
    wantWords(list.text, index, wanted);
  }
  return { text, used };
}

function wantWords(text: string, { orderOf }: ListIndex, wanted: Uint8Array): void {
  for (const word of text.split(/[ \t\n\r(),=]+/)) {
    const order = orderOf.get(word);
    if (order !== undefined) wanted[order] = 1;
  }
}

/** The text with every occurrence of a list replaced, in one pass; nothing if there is none. */
function fillIn(text: string, { name, text: items }: PreparedList): string | undefined {
  const done: string[] = [];
  let rest = 0;
  for (let at = text.indexOf(name); at >= 0;) {
    let end = at + name.length;
    if (!isFree(text, at, end)) {
      at = text.indexOf(name, at + 1);
      continue;
    }
    done.push(text.slice(rest, at));
    trimEnd(done);
    while (end < text.length && BLANKS.includes(text.charAt(end))) end++;
    if (items === '' && !cutComma(done) && text.charAt(end) === ',') end++;
    const first = done.length === 0;
    done.push(first ? `${items} ` : ` ${items} `);
    rest = end;
    // Falco goes on one character later when nothing is before the list.
    at = text.indexOf(name, first ? end + 1 : end);
  }
  return rest === 0 ? undefined : done.join('') + text.slice(rest);
}

function isFree(text: string, start: number, end: number): boolean {
  const before = start === 0 || DELIMITERS.test(text.charAt(start - 1));
  return before && (end >= text.length || DELIMITERS.test(text.charAt(end)));
}

function trimEnd(parts: string[]): void {
  for (let last = parts.pop(); last !== undefined; last = parts.pop()) {
    let end = last.length;
    while (end > 0 && BLANKS.includes(last.charAt(end - 1))) end--;
    if (end > 0) return void parts.push(last.slice(0, end));
  }
}

function cutComma(parts: string[]): boolean {
  const last = parts.at(-1);
  if (last?.endsWith(',') !== true) return false;
  parts.pop();
  if (last.length > 1) parts.push(last.slice(0, -1));
  return true;
}
