import type { Columns } from '../render/listing.ts';
import type { TableStyle } from '../render/table.ts';
import { cellsOf, visible } from '../render/visible.ts';
import { wrapWords } from '../render/wrap-words.ts';
import type { Diagnosis } from '../rules/diagnose.ts';

/** A diagnosis as data. */
export interface DiagnosisRow {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly item?: string;
  readonly message: string;
  readonly context?: string;
  readonly hint?: string;
}

/** What programs get of a diagnosis. */
export function diagnosisRow({ severity, code, file, place, item, message, hint }: Diagnosis): DiagnosisRow {
  return {
    severity,
    code,
    file,
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
    ...(item === undefined ? {} : { item }),
    message,
    ...(place === undefined ? {} : { context: place.text }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Diagnoses as data; people get printDiagnosis. */
export const diagnosisColumns: Columns<DiagnosisRow> = {
  table: [],
  csv: [
    { name: 'severity', value: (row) => row.severity },
    { name: 'code', value: (row) => row.code },
    { name: 'file', value: (row) => row.file },
    { name: 'line', value: (row) => row.line },
    { name: 'column', value: (row) => row.column },
    { name: 'item', value: (row) => row.item },
    { name: 'message', value: (row) => row.message },
    { name: 'hint', value: (row) => row.hint },
  ],
};

/** A problem as compilers show it: what, where, the line, a marker below, and what to do. */
export function printDiagnosis({ severity, code, message, file, place, item, hint }: Diagnosis, style: TableStyle): string {
  const { paint } = style;
  const tone = severity === 'error' ? 'bad' : 'odd';
  const margin = ' '.repeat(place === undefined ? 1 : String(place.line).length);
  const head = `${paint(tone, `${severity}:`)} ${paint('heading', visible(message))} ${paint('faint', `[${code}]`)}`;
  const at = place === undefined ? visible(file) : `${visible(file)}:${place.line}:${place.column}`;
  const lines = [head, `${margin}${paint('faint', '-->')} ${at}`];
  if (place !== undefined) lines.push(...excerpt(place, { margin, tone, style }));
  const note = (word: string, text: string) => {
    const lead = `${margin} = ${word}: `;
    const [first = '', ...rest] = wrapWords(visible(text), style.width === undefined ? undefined : style.width - lead.length);
    lines.push(paint('faint', `${margin} = `) + `${word}: ${first}`, ...rest.map((line) => ' '.repeat(lead.length) + line));
  };
  if (item !== undefined) note('in', item);
  if (hint !== undefined) note('help', hint);
  return `${lines.join('\n')}\n\n`;
}

interface Excerpt {
  readonly margin: string;
  readonly tone: 'bad' | 'odd';
  readonly style: TableStyle;
}

const DEFAULT_WIDTH = 160;
const LEAST_ROOM = 40;

/** The line, cut to what fits around the marker. */
function excerpt(
  place: NonNullable<Diagnosis['place']>,
  { margin, tone, style: { paint, width = DEFAULT_WIDTH } }: Excerpt,
): readonly string[] {
  const bar = paint('faint', '|');
  const room = Math.max(LEAST_ROOM, width - margin.length - 6);
  const start = place.from > room * 0.75 ? place.from - Math.floor(room / 2) : 0;
  const shown = (from: number, to: number) => visible(place.text.slice(from, to).toWellFormed().replaceAll('\t', ' '));
  const before = `${start > 0 ? '…' : ''}${shown(start, place.from)}`;
  const end = Math.min(place.text.length, start + room);
  const length = Math.max(1, Math.min(place.length, end - place.from));
  const marked = shown(place.from, place.from + length);
  const after = `${shown(place.from + length, end)}${end < place.text.length ? '…' : ''}`;
  const marker = ' '.repeat(cellsOf(before)) + paint(tone, '^'.repeat(Math.max(1, cellsOf(marked))));
  const about = place.within === undefined ? '' : `  ${paint('faint', 'in the condition as it was put together')}`;
  return [
    `${margin} ${bar}`,
    `${paint('faint', place.within === undefined ? String(place.line) : margin)} ${bar} ${before}${marked}${after}`.trimEnd(),
    `${margin} ${bar} ${marker}${about}`,
  ];
}
