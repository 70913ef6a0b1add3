import { Buffer } from 'node:buffer';
import type { Context } from './context.ts';

/** How many bytes of a long line are shown. */
const WIDTH = 160;
const HALF = WIDTH / 2;
const LINE_END = 0x0a;
const NOTHING = '<No context available>\n';

/**
 * The line of a file or of a condition that a context is about, and below it `^` under the place. Falco looks for places in conditions
 * as if these were whole files, and so marks the end of most: `exact` marks what is meant.
 */
export function snippetOf({ locations, expression }: Context, file: Buffer, exact: boolean): string {
  const content = expression === undefined ? file : Buffer.from(expression.text);
  if (content.length === 0) return NOTHING;
  const place = placeIn(content, (exact ? expression?.index : undefined) ?? locations.at(-1)?.offset ?? 0);
  const { from, to } = lineAround(content, place);
  let line = content.subarray(from, to + 1).toString('latin1');
  if (line === '') return NOTHING;
  if (place - from >= HALF) line = `...${line.slice(3)}`;
  if (to - place >= HALF) line = `${line.slice(0, -3)}...`;
  const marker = place - from <= line.length ? `${' '.repeat(Math.max(0, place - from))}^\n` : '';
  return `${Buffer.from(line, 'latin1').toString()}\n${marker}`;
}

/** A place behind the end, or on a line end, is shown at the last character before it. */
function placeIn(content: Buffer, offset: number): number {
  let place = Math.min(offset, content.length);
  while (place > 0 && (place >= content.length || content[place] === LINE_END)) place--;
  return place;
}

function lineAround(content: Buffer, place: number): { readonly from: number; readonly to: number } {
  let from = place;
  while (from > 0 && content[from] !== LINE_END && place - from < HALF) from--;
  let to = place;
  while (to < content.length - 1 && content[to] !== LINE_END && to - place < HALF) to++;
  if (content[from] === LINE_END) from++;
  if (content[to] === LINE_END) to--;
  return { from, to };
}
