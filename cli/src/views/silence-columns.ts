import { type GettableSilence, type PreviewedAlert, printMatchers, specOf } from '@whoran/routing';
import type { Columns } from '../render/listing.ts';
import { type Tone, toneOfPriority } from '../render/tone.ts';
import { podText } from './command-columns.ts';

/** How silences look. */
export const silenceColumns: Columns<GettableSilence> = {
  table: [
    { title: 'ID', text: (row) => row.id, min: 36 },
    { title: 'STATE', text: (row) => row.status.state, min: 7, tone: toneOf },
    { title: 'BEGINS', zoned: true, text: (row, face) => face.date(row.startsAt), min: 19, drop: 1 },
    { title: 'ENDS', zoned: true, text: (row, face) => face.date(row.endsAt), min: 19 },
    { title: 'AUTHOR', text: (row) => row.createdBy, min: 8, drop: 2 },
    { title: 'MATCHERS', text: matchersText, min: 24 },
    { title: 'COMMENT', text: (row) => row.comment },
  ],
  csv: [
    { name: 'id', value: (row) => row.id },
    { name: 'state', value: (row) => row.status.state },
    { name: 'starts_at', value: (row) => row.startsAt },
    { name: 'ends_at', value: (row) => row.endsAt },
    { name: 'updated_at', value: (row) => row.updatedAt },
    { name: 'author', value: (row) => row.createdBy },
    { name: 'matchers', value: matchersText },
    { name: 'comment', value: (row) => row.comment },
  ],
};

/** How alerts look that a silence would have muted. */
export const previewColumns: Columns<PreviewedAlert> = {
  table: [
    { title: 'RAISED', zoned: true, text: (row, face) => face.date(row.raisedAt), min: 19 },
    { title: 'PRIORITY', text: (row) => row.priority, min: 8, tone: (row) => toneOfPriority(row.priority) },
    { title: 'USER', text: (row) => row.user ?? '-', min: 16 },
    { title: 'CLUSTER', text: (row) => row.cluster, min: 7, drop: 1 },
    { title: 'POD', text: podText, min: 12 },
    { title: 'RULE', text: (row) => row.rule },
  ],
  csv: [
    { name: 'raised_at', value: (row) => row.raisedAt },
    { name: 'priority', value: (row) => row.priority },
    { name: 'user', value: (row) => row.user },
    { name: 'cluster', value: (row) => row.cluster },
    { name: 'namespace', value: (row) => row.namespace },
    { name: 'pod', value: (row) => row.pod },
    { name: 'rule', value: (row) => row.rule },
    { name: 'id', value: (row) => row.id },
  ],
};

function matchersText({ matchers }: GettableSilence): string {
  return printMatchers(matchers.map(specOf));
}

function toneOf({ status: { state } }: GettableSilence): Tone {
  if (state === 'active') return 'odd';
  return state === 'pending' ? 'plain' : 'faint';
}
