import type { Subscription } from '@whoran/bus';
import type { Logger } from '@whoran/kernel';
import type { KafkaConnection } from '../client/kafka-connection.ts';
import { withAdmin } from '../client/with-admin.ts';

/** Where a subscription begins, by partition; partitions that are not named begin with their oldest message. */
export type Positions = Map<number, string>;

/** Whether a subscription begins with what is published next, where nothing else is known. */
export function beginsAtEnd({ audience, begin, topic }: Subscription<never>): boolean {
  return audience === 'everyone' ? !topic.compacted : begin === 'latest';
}

/** Whose offsets, by their names on Kafka. */
export interface GroupAtTopic {
  readonly connection: KafkaConnection;
  readonly topicName: string;
  readonly groupId: string;
  readonly logger: Logger;
}

/** The ends of all partitions now. Rejects with DependencyUnavailable, as the others here do. */
export function endsOf({ connection, topicName, logger }: GroupAtTopic): Promise<Positions> {
  return withAdmin(connection, { logger, doing: 'read the ends of the topic' }, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topicName);
    return new Map(offsets.map(({ partition, high }) => [partition, high]));
  });
}

/** Those of the positions whose partition has no committed offset in the group. */
export function uncommitted({ connection, topicName, groupId, logger }: GroupAtTopic, positions: Positions): Promise<Positions> {
  return withAdmin(connection, { logger, doing: 'read the offsets of the group' }, async (admin) => {
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topicName] });
    const known = new Set(committed?.partitions.filter(({ offset }) => BigInt(offset) >= 0n).map(({ partition }) => partition));
    return new Map([...positions].filter(([partition]) => !known.has(partition)));
  });
}

/** Forgets the group, which must have no members. */
export async function forgetGroup({ connection, groupId, logger }: GroupAtTopic): Promise<void> {
  await withAdmin(connection, { logger, doing: 'forget the group' }, (admin) => admin.deleteGroups([groupId]));
}
