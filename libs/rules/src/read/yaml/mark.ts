import { Buffer } from 'node:buffer';

/** A place in a text: bytes of UTF-8 from its beginning, line and column (bytes) from 0. */
export interface Mark {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Finds the mark of an index into a text. */
export type MarkOf = (index: number) => Mark;

/**
 * Prepares a text for marks. Each is found in the logarithm of the number of lines and what lies between it and the last mark before it
 * on its line, so that asking in order takes time in proportion to the text.
 */
export function indexMarks(text: string): MarkOf {
  const lines = lineStarts(text);
  let last = { line: 0, index: 0, column: 0 };
  return (index) => {
    const line = lastAtOrBefore(lines, index);
    const start = lines[line] ?? { index: 0, offset: 0 };
    const known = last.line === line && last.index <= index ? last : { index: start.index, column: 0 };
    const column = known.column + Buffer.byteLength(text.slice(known.index, index));
    last = { line, index, column };
    return { offset: start.offset + column, line, column };
  };
}

interface LineStart {
  readonly index: number;
  readonly offset: number;
}

function lineStarts(text: string): readonly LineStart[] {
  const starts: LineStart[] = [{ index: 0, offset: 0 }];
  let from = 0;
  let offset = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    offset += Buffer.byteLength(text.slice(from, end + 1));
    from = end + 1;
    starts.push({ index: from, offset });
  }
  return starts;
}

function lastAtOrBefore(lines: readonly LineStart[], index: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.index ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}
