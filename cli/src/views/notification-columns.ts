import type { DeliveryRecord } from '@whoran/forensics-api';
import type { Columns } from '../render/listing.ts';
import type { Tone } from '../render/tone.ts';

/** How notifications look. */
export const notificationColumns: Columns<DeliveryRecord> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.endedAt), min: 19 },
    { title: 'OUTCOME', text: (row) => row.outcome, min: 9, tone: toneOf },
    { title: 'RECEIVER', text: (row) => row.receiver, min: 8 },
    { title: 'WHY', text: (row) => row.reason, min: 6, drop: 2 },
    { title: 'USER', text: (row) => someOf(row.users), min: 16 },
    { title: 'CLUSTER', text: (row) => someOf(row.clusters), min: 7, drop: 3 },
    { title: 'ALERTS', text: (row) => String(row.total), min: 6, drop: 1 },
    { title: 'RULE', text: (row) => someOf(row.rules), min: 16 },
    { title: 'ERROR', text: (row) => row.error ?? '' },
  ],
  csv: [
    { name: 'ended_at', value: (row) => row.endedAt },
    { name: 'created_at', value: (row) => row.createdAt },
    { name: 'receiver', value: (row) => row.receiver },
    { name: 'kind', value: (row) => row.kind },
    { name: 'outcome', value: (row) => row.outcome },
    { name: 'error', value: (row) => row.error },
    { name: 'attempts', value: (row) => row.attempts },
    { name: 'reason', value: (row) => row.reason },
    { name: 'users', value: (row) => row.users.join(' ') },
    { name: 'rules', value: (row) => row.rules.join('; ') },
    { name: 'clusters', value: (row) => row.clusters.join(' ') },
    { name: 'total', value: (row) => row.total },
    { name: 'alerts', value: (row) => row.alerts.join(' ') },
    { name: 'notification', value: (row) => row.notification },
    { name: 'id', value: (row) => row.id },
  ],
};

function toneOf({ outcome }: DeliveryRecord): Tone {
  if (outcome === 'delivered') return 'good';
  return outcome === 'muted' ? 'faint' : 'bad';
}

/** The first of several, and how many more there are. */
function someOf(names: readonly string[]): string {
  const [first = '-'] = names;
  return names.length > 1 ? `${first} +${names.length - 1}` : first;
}
