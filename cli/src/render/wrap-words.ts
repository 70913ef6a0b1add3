import { cellsOf } from './visible.ts';

const LEAST = 20;

/** Breaks a visible text into lines of at most `width` cells, at blanks; a longer word has a line of its own. Without a width, one line. */
export function wrapWords(text: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [text];
  const room = Math.max(LEAST, width);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
