import { type CsvColumn, csvHeader, csvLine } from './csv.ts';
import { jsonLine, jsonText } from './json.ts';
import { type TableColumn, type TableStyle, type Widths, columnsThatFit, fitWidths, growWidths, headerLine, rowLine } from './table.ts';

/** How a list may be written. */
export const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
/** One of the formats that `-o` takes. */
export type Format = (typeof FORMATS)[number];

/** How rows of one kind look: few columns that fit a terminal, and every field in CSV. JSON is what the API answered. */
export interface Columns<T> {
  readonly table: readonly TableColumn<T>[];
  readonly csv: readonly CsvColumn<T>[];
}

/** How a listing is written. */
export interface ListStyle extends TableStyle {
  readonly format: Format;
  readonly headers: boolean;
  /** Rows come one by one: columns begin with their usual width. */
  readonly steady?: boolean;
}

/** Writes a list piece by piece, so that a list of any length takes the memory of one page. */
export interface ListWriter<T> {
  /** The text of the next rows, with what stands before the first ones. */
  page(rows: readonly T[]): string;
  /** What stands behind the last row. */
  end(): string;
}

/** Starts a list in the format asked for. A stream shows its header before there are rows. */
export function listWriter<T>(columns: Columns<T>, style: ListStyle): ListWriter<T> {
  switch (style.format) {
    case 'table':
      return tableWriter(columns.table, style);
    case 'json':
      return jsonWriter();
    case 'ndjson':
      return { page: (rows) => rows.map((row) => `${jsonLine(row)}\n`).join(''), end: () => '' };
    case 'csv':
      return csvWriter(columns.csv, style.headers);
  }
}

/** As `page`, for several lists under one heading: every row, in one go. */
export function printList<T>(columns: Columns<T>, rows: readonly T[], style: ListStyle): string {
  const writer = listWriter(columns, style);
  return writer.page(rows) + writer.end();
}

function tableWriter<T>(all: readonly TableColumn<T>[], style: ListStyle): ListWriter<T> {
  const columns = columnsThatFit(all, style.width);
  let wished: Widths | undefined = style.steady ? columns.map(({ min = 0, usual = min }) => usual) : undefined;
  let first = true;
  return {
    page: (rows) => {
      wished = growWidths(columns, rows, style, wished);
      const widths = fitWidths(columns, wished, style.width);
      const header = first && style.headers ? [headerLine(columns, widths, style)] : [];
      first = false;
      return [...header, ...rows.map((row) => rowLine(columns, row, { widths, style }))].map((line) => `${line}\n`).join('');
    },
    end: () => '',
  };
}

function jsonWriter<T>(): ListWriter<T> {
  let count = 0;
  const item = (row: T) => `${count++ === 0 ? '[\n' : ',\n'}${jsonText(row).replace(/^/gm, '  ')}`;
  return { page: (rows) => rows.map(item).join(''), end: () => (count === 0 ? '[]\n' : '\n]\n') };
}

function csvWriter<T>(columns: Columns<T>['csv'], headers: boolean): ListWriter<T> {
  let first = true;
  return {
    page: (rows) => {
      const header = first && headers ? csvHeader(columns) : '';
      first = false;
      return header + rows.map((row) => csvLine(columns, row)).join('');
    },
    end: () => '',
  };
}
