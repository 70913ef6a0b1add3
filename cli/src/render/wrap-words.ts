import { cellsOf } from './visible.ts';

const LEAST = 20;

/** Breaks a visible text into lines of at most `width` cells, at blanks; a longer word has a line of its own. Without a width, one line. */
export function wrapWords(text: string, width: number | undefined): readonly string[] {
  return width === undefined ? [text] : fill(text.split(' '), width);
}

/** Blanks, or a word: what is in quotes belongs to it, whatever it is. */
const TOKEN = /\s+|(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[^\s"']+|["'])+/gs;

/** As wrapWords, for conditions: line ends are blanks, and nothing in quotes is broken or changed. */
export function wrapCondition(text: string, width: number): readonly string[] {
  const words = [...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => token.trim() !== '');
  return fill(words, width);
}

function fill(words: readonly string[], width: number): readonly string[] {
  const room = Math.max(LEAST, width);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
