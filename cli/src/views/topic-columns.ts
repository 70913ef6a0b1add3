import type { Columns } from '../render/listing.ts';

/** A topic, and what was found or done. */
export interface TopicRow {
  readonly topic: string;
  readonly state: 'as-planned' | 'missing' | 'differs' | 'created' | 'changed';
  readonly partitions: number;
  readonly replication: number;
  readonly differences: readonly string[];
  readonly warnings: readonly string[];
}

const LEFT_TO_DO: readonly TopicRow['state'][] = ['missing', 'differs'];

/** How topics look. */
export const topicColumns: Columns<TopicRow> = {
  table: [
    { title: 'TOPIC', text: (row) => row.topic, min: 24 },
    { title: 'STATE', text: (row) => row.state, min: 10, tone: (row) => (LEFT_TO_DO.includes(row.state) ? 'odd' : 'good') },
    { title: 'PARTITIONS', text: (row) => String(row.partitions), drop: 1 },
    { title: 'REPLICAS', text: (row) => String(row.replication), drop: 1 },
    { title: 'DIFFERENCES', text: (row) => row.differences.join('; ') },
  ],
  csv: [
    { name: 'topic', value: (row) => row.topic },
    { name: 'state', value: (row) => row.state },
    { name: 'partitions', value: (row) => row.partitions },
    { name: 'replication', value: (row) => row.replication },
    { name: 'differences', value: (row) => row.differences.join('; ') },
    { name: 'warnings', value: (row) => row.warnings.join('; ') },
  ],
};
