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
  'peak MiB',
];

const DELAY = HEADS.indexOf('delay s');

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
    peakMemoryMiB,
  } = row;
  const numbers = [sent, delivered, lost, evicted, duplicates, wrong, missed + missedAfterLoss, ambiguous, lostAtReceiver];
  const delay = Object.keys(delays)
    .sort()
    .map((cluster) => ((delays[cluster]?.within99 ?? 0) / 1000).toFixed(1))
    .join(' / ');
  return [name, ...numbers.map(String), stallSeconds.toFixed(1), delay, String(peakMemoryMiB)];
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
      toldText(row),
      ...row.problems,
      ...row.restarts.map((instance) => `${instance} failed its liveness probe and was started again`),
      ...row.examples,
    ].map((line) => `    ${line}`),
  ];
}

/** What the receivers of alerts saw, on one line. */
export function toldText({ told, again }: RowResult): string {
  const delay = told
    ? `the other receiver was told within ${told.within50} ms (p50) and ${told.within99} ms (p99)`
    : 'nobody knows when the other receiver was told';
  return `${delay}; ${again} alerts came again under the same key`;
}

function textLine(cells: readonly string[]): string {
  return cells
    .map((cell, index) =>
      index === 0 ? cell.padEnd(22) : cell.padStart(Math.max(index === DELAY ? 14 : 8, (HEADS[index]?.length ?? 0) + 1)),
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
