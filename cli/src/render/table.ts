import type { ClockFace } from './clock-face.ts';
import type { Painter, Tone } from './tone.ts';
import { cellsOf, cutTo, visible } from './visible.ts';

/** One column of a table. */
export interface TableColumn<T> {
  readonly title: string;
  /** The cell's text, as it came: the table makes it visible. */
  readonly text: (row: T, face: ClockFace) => string | undefined;
  /** Cells that are left when the line is too long. The last column is cut last. */
  readonly min?: number;
  /** Cells to begin with when rows come one by one, so that the column seldom has to grow. */
  readonly usual?: number;
  readonly tone?: (row: T) => Tone;
  /** The header names the time zone. */
  readonly zoned?: true;
  /** On a narrow terminal columns are left away: those with the highest number first, those without a number never. */
  readonly drop?: number;
}

/** How a table is written. */
export interface TableStyle {
  readonly face: ClockFace;
  readonly paint: Painter;
  /** Cells in a line; without it nothing is cut. */
  readonly width?: number | undefined;
}

/** The cells that the columns would like to have: they only grow, so that page after page stays aligned. */
export type Widths = readonly number[];

const GAP = 2;
/** How much of the last column the others make room for, by being narrower or by not being there at all. */
const LAST_WISH = 60;
const LAST_MIN = 24;

/** The columns that a line has room for. It depends on nothing but the width, so that it is the same for every page. */
export function columnsThatFit<T>(columns: readonly TableColumn<T>[], width: number | undefined): readonly TableColumn<T>[] {
  const minimum = columns.slice(0, -1).reduce((sum, { title, min }) => sum + (min ?? title.length) + GAP, LAST_MIN);
  if (width === undefined || minimum <= width) return columns;
  const first = columns.reduce((most, { drop = 0 }) => Math.max(most, drop), 0);
  return first === 0
    ? columns
    : columnsThatFit(
        columns.filter(({ drop }) => drop !== first),
        width,
      );
}

/** The widths that fit everything so far, the titles included. */
export function growWidths<T>(columns: readonly TableColumn<T>[], rows: readonly T[], style: TableStyle, before?: Widths): Widths {
  return columns.map((column, index) => {
    const start = Math.max(before?.[index] ?? 0, cellsOf(titleOf(column, style.face)));
    return rows.reduce((most, row) => Math.max(most, cellsOf(cellText(column, row, style.face))), start);
  });
}

/**
 * Shares a line among the columns: first the widest give up cells, down to their minimum; the last column, the command,
 * is cut last. Without a width everybody gets what they like.
 */
export function fitWidths<T>(columns: readonly TableColumn<T>[], wished: Widths, width: number | undefined): Widths {
  if (width === undefined) return wished;
  const last = columns.length - 1;
  const fitted = wished.map((wish, index) => Math.min(wish, index === last ? LAST_WISH : width));
  const total = () => fitted.reduce((sum, cells) => sum + cells, GAP * last);
  const floor = (index: number) => columns[index]?.min ?? wished[index] ?? 0;
  while (total() > width) {
    const shrinkable = fitted.map((_, index) => index).filter((index) => index !== last && (fitted[index] ?? 0) > floor(index));
    const [widest] = shrinkable.sort((a, b) => (fitted[b] ?? 0) - (fitted[a] ?? 0));
    if (widest === undefined) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  const rest = width - (total() - (fitted[last] ?? 0));
  fitted[last] = Math.max(0, Math.min(wished[last] ?? 0, rest));
  return fitted;
}

/** The header line. */
export function headerLine<T>(columns: readonly TableColumn<T>[], widths: Widths, style: TableStyle): string {
  return line(
    columns.map((column) => ({ text: titleOf(column, style.face), tone: 'heading' as const })),
    widths,
    style,
  );
}

/** One line of the table. */
export function rowLine<T>(
  columns: readonly TableColumn<T>[],
  row: T,
  layout: { readonly widths: Widths; readonly style: TableStyle },
): string {
  const cells = columns.map((column) => ({
    text: cellText(column, row, layout.style.face),
    tone: column.tone?.(row) ?? ('plain' as const),
  }));
  return line(cells, layout.widths, layout.style);
}

/** A whole table, for lists that are complete: header and rows, each ended by a newline. */
export function printTable<T>(all: readonly TableColumn<T>[], rows: readonly T[], style: TableStyle): string {
  const columns = columnsThatFit(all, style.width);
  const widths = fitWidths(columns, growWidths(columns, rows, style), style.width);
  const lines = [headerLine(columns, widths, style), ...rows.map((row) => rowLine(columns, row, { widths, style }))];
  return lines.map((text) => `${text}\n`).join('');
}

function titleOf<T>({ title, zoned }: TableColumn<T>, face: ClockFace): string {
  return zoned ? `${title} (${face.zone})` : title;
}

function cellText<T>(column: TableColumn<T>, row: T, face: ClockFace): string {
  const text = column.text(row, face);
  return text === undefined || text === '' ? '-' : visible(text);
}

function line(cells: readonly { readonly text: string; readonly tone: Tone }[], widths: Widths, style: TableStyle): string {
  let left = style.width ?? Number.POSITIVE_INFINITY;
  const parts = cells.map(({ text, tone }, index) => {
    // On a terminal that is narrower than all minima, what does not fit is left away: a wrapped row is worse.
    const room = Math.min(widths[index] ?? 0, left);
    const shown = cutTo(text, room);
    const isLast = index === cells.length - 1;
    const padded = isLast ? '' : ' '.repeat(Math.max(0, Math.min(room - cellsOf(shown) + GAP, left - cellsOf(shown))));
    left -= cellsOf(shown) + padded.length;
    return style.paint(tone, shown) + padded;
  });
  return parts.join('').trimEnd();
}
