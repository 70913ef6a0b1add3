import type { DeadLetterRecord } from '@whoran/forensics-api';
import type { Columns } from '../render/listing.ts';

/** How dead letters look. */
export const deadLetterColumns: Columns<DeadLetterRecord> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.time), min: 19 },
    { title: 'SERVICE', text: (row) => row.stage, min: 12 },
    { title: 'REASON', text: (row) => row.reason, min: 12, tone: () => 'odd' },
    { title: 'FROM', text: (row) => row.topic ?? row.endpoint, min: 12, drop: 1 },
    { title: 'CLUSTER', text: (row) => row.cluster, min: 7, drop: 2 },
    { title: 'ERROR', text: (row) => row.error },
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
  ],
};
