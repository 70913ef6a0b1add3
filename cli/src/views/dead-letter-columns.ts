import type { DeadLetterDetail, DeadLetterRecord } from '@whoran/forensics-api';
import type { ClockFace } from '../render/clock-face.ts';
import type { Columns } from '../render/listing.ts';
import type { TableStyle } from '../render/table.ts';
import { visibleLines } from '../render/visible.ts';
import { type Fact, printFacts } from './session-facts.ts';

/** How dead letters look. */
export const deadLetterColumns: Columns<DeadLetterRecord> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.time), min: 19 },
    { title: 'STATE', text: stateText, min: 8, tone: (row) => (row.state === 'open' ? 'odd' : 'faint'), drop: 2 },
    { title: 'SERVICE', text: (row) => row.stage, min: 12 },
    { title: 'REASON', text: (row) => row.reason, min: 12, tone: () => 'odd' },
    { title: 'FROM', text: (row) => row.topic ?? row.endpoint, min: 12, drop: 3 },
    { title: 'CLUSTER', text: (row) => row.cluster, min: 7, drop: 1 },
    { title: 'ERROR', text: (row) => row.error, min: 16 },
    { title: 'ID', text: (row) => row.id },
  ],
  csv: [
    { name: 'time', value: (row) => row.time },
    { name: 'service', value: (row) => row.stage },
    { name: 'reason', value: (row) => row.reason },
    { name: 'topic', value: (row) => row.topic },
    { name: 'endpoint', value: (row) => row.endpoint },
    { name: 'cluster', value: (row) => row.cluster },
    { name: 'attempts', value: (row) => row.attempts },
    { name: 'error', value: (row) => row.error },
    { name: 'id', value: (row) => row.id },
    { name: 'state', value: (row) => row.state },
    { name: 'replays', value: (row) => row.replays },
    { name: 'replayable', value: (row) => row.replayable },
    { name: 'partition', value: (row) => row.partition },
    { name: 'offset', value: (row) => row.offset },
    { name: 'key', value: (row) => row.key },
    { name: 'replayed_at', value: (row) => row.replayedAt },
    { name: 'replayed_by', value: (row) => row.replayedBy },
    { name: 'discarded_at', value: (row) => row.discardedAt },
    { name: 'discarded_by', value: (row) => row.discardedBy },
    { name: 'discarded_why', value: (row) => row.discardedWhy },
  ],
};

/** One dead letter for people: what is known of it, then its error and payload in full. */
export function printDeadLetter(letter: DeadLetterDetail, style: TableStyle): string {
  const heading = (text: string) => style.paint('heading', text);
  const payload = letter.payload ?? 'not stored: the letter is from before payloads were kept';
  return [
    ...printFacts(factsOf(letter, style.face), style),
    '',
    heading('error'),
    visibleLines(letter.error),
    '',
    heading(letter.truncated ? 'payload, cut: it cannot be replayed' : 'payload'),
    visibleLines(payload),
    '',
  ].join('\n');
}

function factsOf(letter: DeadLetterDetail, face: ClockFace): readonly Fact[] {
  const { partition, offset, replayedAt, discardedAt } = letter;
  const place = partition === undefined ? '' : `, partition ${partition}${offset === undefined ? '' : `, offset ${offset}`}`;
  return [
    ['letter', letter.id],
    ['state', stateText(letter)],
    ['replayed', replayedAt && `${face.date(replayedAt)} by ${letter.replayedBy ?? 'unknown'}`],
    ['discarded', discardedAt && `${face.date(discardedAt)} by ${letter.discardedBy ?? 'unknown'}: ${letter.discardedWhy ?? ''}`],
    ['service', letter.stage],
    ['reason', letter.reason],
    ['time', `${face.date(letter.time)}, ${face.zone}`],
    ['attempts', String(letter.attempts)],
    ['topic', letter.topic && `${letter.topic}${place}`],
    ['key', letter.key],
    ['endpoint', letter.endpoint],
    ['cluster', letter.cluster],
  ];
}

function stateText({ state, replays }: DeadLetterRecord): string {
  if (replays === 0) return state;
  return state === 'replayed' ? `${state} ${replays}x` : `${state}, replayed ${replays}x`;
}
