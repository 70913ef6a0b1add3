import type { CheckRecord, CheckStatus } from '@whoran/forensics-api';
import type { CsvColumn } from '../render/csv.ts';
import type { TableStyle } from '../render/table.ts';
import type { Tone } from '../render/tone.ts';
import { cellsOf, visible } from '../render/visible.ts';

const TONES: Readonly<Record<CheckStatus, Tone>> = { ok: 'good', warn: 'odd', fail: 'bad', unknown: 'faint' };
const STATUS_CELLS = 9;

/** Checks in CSV. */
export const checkCsv: readonly CsvColumn<CheckRecord>[] = [
  { name: 'status', value: (row) => row.status },
  { name: 'name', value: (row) => row.name },
  { name: 'cluster', value: (row) => row.cluster },
  { name: 'node', value: (row) => row.node },
  { name: 'message', value: (row) => row.message },
  { name: 'fix', value: (row) => row.fix },
];

/** Checks for people: what was found, what to do about it on the line below, and a count at the end. Lines wrap at words. */
export function printChecks(checks: readonly CheckRecord[], style: TableStyle): string {
  const lines = checks.flatMap((check) => checkLines(check, style));
  const counts = (Object.keys(TONES) as CheckStatus[]).map(
    (status) => [checks.filter((check) => check.status === status).length, status] as const,
  );
  const summary = counts
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
    .join(', ');
  return [...lines, '', summary === '' ? 'nothing was checked' : summary].map((line) => `${line}\n`).join('');
}

function checkLines(check: CheckRecord, style: TableStyle): readonly string[] {
  const where = [check.cluster, check.node]
    .filter((part) => part !== undefined)
    .map(visible)
    .join('/');
  const text = `${visible(check.name)}${where === '' ? '' : ` (${where})`}: ${visible(check.message)}`;
  const [first = '', ...rest] = wrap(text, style.width);
  const indent = ' '.repeat(STATUS_CELLS);
  const fix = check.fix && check.status !== 'ok' ? wrap(`→ ${visible(check.fix)}`, style.width) : [];
  return [
    `${style.paint(TONES[check.status], check.status)}${' '.repeat(STATUS_CELLS - check.status.length)}${first}`,
    ...[...rest, ...fix].map((line) => indent + line),
  ];
}

function wrap(text: string, width: number | undefined): readonly string[] {
  if (width === undefined) return [text];
  const room = Math.max(20, width - STATUS_CELLS);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + 1 + cellsOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
