import type { AlertRecord } from '@whoran/forensics-api';
import { attributedCsv, podText, userText } from './command-columns.ts';
import type { Columns } from '../render/listing.ts';
import { toneOfEvidence, toneOfPriority } from '../render/tone.ts';

/** How alerts look. */
export const alertColumns: Columns<AlertRecord> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.time), min: 19 },
    { title: 'PRIORITY', text: (row) => row.priority, min: 8, tone: (row) => toneOfPriority(row.priority) },
    { title: 'USER', text: userText, min: 16, tone: (row) => toneOfEvidence(row.evidence) },
    { title: 'CLUSTER', text: (row) => row.cluster, min: 7, drop: 2 },
    { title: 'POD', text: podText, min: 12, drop: 1 },
    { title: 'RULE', text: (row) => row.rule, min: 16 },
    { title: 'COMMAND', text: (row) => row.commandLine ?? row.message },
  ],
  csv: [
    { name: 'priority', value: (row) => row.priority },
    { name: 'rule', value: (row) => row.rule },
    ...attributedCsv,
    { name: 'message', value: (row) => row.message },
    { name: 'command_line', value: (row) => row.commandLine },
    { name: 'tags', value: (row) => row.tags.join(' ') },
    { name: 'source', value: (row) => row.source },
    { name: 'raised_at', value: (row) => row.raisedAt },
    { name: 'event_id', value: (row) => row.eventId },
    { name: 'id', value: (row) => row.id },
    { name: 'revision', value: (row) => row.revision },
  ],
};
