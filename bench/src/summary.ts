/** Latencies of one measurement, in milliseconds. */
export interface Summary {
  readonly name: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Sums up latencies; percentiles are exact, by the nearest rank. */
export function summarise(name: string, latencies: readonly number[], errors: number): Summary {
  const sorted = Float64Array.from(latencies).sort();
  const rank = (part: number) => round(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN);
  return { name, requests: sorted.length, errors, p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

/** The summaries as a table for a terminal. */
export function printTable(summaries: readonly Summary[]): string {
  const rows = [
    ['', 'requests', 'errors', 'p50 ms', 'p99 ms', 'max ms'],
    ...summaries.map(({ name, requests, errors, p50, p99, max }) => [name, requests, errors, p50, p99, max].map(String)),
  ];
  return printRows(rows);
}

/** Rows of cells as a table for a terminal: the first column to the left, numbers to the right. */
export function printRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
