import type { Millis } from '@whoran/kernel';
import type { RowResult } from './row-result.ts';

const HEADS = [
  'fault',
  'sent',
  'delivered',
  'lost',
  'evicted',
  'duplicates',
  'wrong',
  'no name',
  'ambiguous',
  'alerts lost',
  'stall s',
  'delay s',
  'told s',
  'again',
  'peak MiB',
];

/** Columns with two values in a cell. */
const PAIRS = ['delay s', 'told s'];

/** The row as cells. */
export function cellsOf(row: RowResult): readonly string[] {
  const {
    name,
    sent,
    delivered,
    lost,
    evicted,
    duplicates,
    wrong,
    missed,
    missedAfterLoss,
    ambiguous,
    lostAtReceiver,
    stallSeconds,
    delays,
    told,
    again,
    peakMemoryMiB,
  } = row;
  const numbers = [sent, delivered, lost, evicted, duplicates, wrong, missed + missedAfterLoss, ambiguous, lostAtReceiver];
  const delay = Object.keys(delays)
    .sort()
    .map((cluster) => seconds(delays[cluster]?.within99 ?? 0, 1))
    .join(' / ');
  const toldIn = told ? `${seconds(told.within50, 2)} / ${seconds(told.within99, 2)}` : 'never';
  return [name, ...numbers.map(String), stallSeconds.toFixed(1), delay, toldIn, String(again), String(peakMemoryMiB)];
}

function seconds(millis: Millis, digits: number): string {
  return (millis / 1000).toFixed(digits);
}

/** The table as a Markdown one. */
export function markdownTable(rows: readonly RowResult[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(HEADS), line(HEADS.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map((row) => line(cellsOf(row)))].join('\n');
}

/** The first line of the table for terminals. */
export function textHead(): string {
  return textLine(HEADS);
}

/** One row for terminals, and under it what must not be. */
export function textRow(row: RowResult): readonly string[] {
  return [
    textLine(cellsOf(row)),
    ...[
      ...row.problems,
      ...row.restarts.map((instance) => `${instance} failed its liveness probe and was started again`),
      ...row.examples,
    ].map((line) => `    ${line}`),
  ];
}

function textLine(cells: readonly string[]): string {
  return cells
    .map((cell, index) =>
      index === 0 ? cell.padEnd(22) : cell.padStart(Math.max(PAIRS.includes(HEADS[index] ?? '') ? 14 : 8, (HEADS[index]?.length ?? 0) + 1)),
    )
    .join('');
}

const BEGIN = '<!-- table: npm run faults -->';
const END = '<!-- end of table -->';

/** A document with the text between its two marks replaced; nothing when it lacks them. */
export function withTable(document: string, table: string): string | undefined {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from === -1 || to < from) return undefined;
  return `${document.slice(0, from + BEGIN.length)}\n\n${table}\n\n${document.slice(to)}`;
}
