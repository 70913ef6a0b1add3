import type { ChangeReport, DeadLetterRecord, SkipReason } from '@whoran/forensics-api';
import type { Columns } from '../render/listing.ts';

/** How a change is told of. */
export interface ChangeWords {
  readonly done: string;
  readonly wouldBe: string;
}

/** What became of one letter. What is not there has no record. */
export interface ChangeRow {
  readonly id: string;
  readonly outcome: string;
  readonly why?: string;
  readonly letter?: DeadLetterRecord;
}

const WHY: Readonly<Record<SkipReason, string>> = {
  unknown: 'no letter of this id is stored',
  truncated: 'its payload was too long and is cut',
  'no-payload': 'it was stored without its payload, by an earlier version',
  discarded: 'it is discarded already',
};

/** One row for each letter that a request was about. */
export function changeRows({ dryRun, changed, skipped }: ChangeReport, { done, wouldBe }: ChangeWords): readonly ChangeRow[] {
  const outcome = dryRun ? wouldBe : done;
  return [
    ...changed.map((letter) => ({ id: letter.id, outcome, letter })),
    ...skipped.map(({ id, why }) => ({ id, outcome: 'skipped', why: WHY[why] })),
  ];
}

/** The same in one line, with what there is still to do. */
export function changeSummary(report: ChangeReport, { done, wouldBe }: ChangeWords): string {
  const { dryRun, matched, changed, skipped } = report;
  const rest = matched - changed.length - skipped.length;
  const parts = [
    `${changed.length} ${dryRun ? wouldBe : done}`,
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ...(rest > 0 ? [`${rest} more match: run it again`] : []),
  ];
  return matched === 0 ? 'no dead letters match' : parts.join(', ');
}

/** How what was done about letters looks. */
export const changeColumns: Columns<ChangeRow> = {
  table: [
    { title: 'OUTCOME', text: (row) => row.outcome, min: 9, tone: (row) => (row.why === undefined ? 'good' : 'odd') },
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.letter?.time), min: 19, drop: 2 },
    { title: 'SERVICE', text: (row) => row.letter?.stage, min: 12, drop: 1 },
    { title: 'REASON', text: (row) => row.why ?? row.letter?.reason, min: 12 },
    { title: 'ID', text: (row) => row.id },
  ],
  csv: [
    { name: 'outcome', value: (row) => row.outcome },
    { name: 'why', value: (row) => row.why },
    { name: 'time', value: (row) => row.letter?.time },
    { name: 'service', value: (row) => row.letter?.stage },
    { name: 'reason', value: (row) => row.letter?.reason },
    { name: 'id', value: (row) => row.id },
  ],
};
