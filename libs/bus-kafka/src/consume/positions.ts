import type { Subscription } from '@whoran/bus';
import type { Admin } from 'kafkajs';

/** Where a subscription begins, by partition; partitions that are not named begin with their oldest message. */
export type Positions = Map<number, string>;

/** Whether a subscription begins with what is published next, where nothing else is known. */
export function beginsAtEnd({ audience, begin, topic }: Subscription<never>): boolean {
  return audience === 'everyone' ? !topic.compacted : begin === 'latest';
}

/** The ends of all partitions now. */
export async function endsOf(admin: Admin, topic: string): Promise<Positions> {
  return new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]));
}

/** Those of the positions whose partition has no committed offset in the group. */
export async function uncommitted(admin: Admin, topic: string, group: string, positions: Positions): Promise<Positions> {
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const known = new Set(committed?.partitions.filter(({ offset }) => BigInt(offset) >= 0n).map(({ partition }) => partition));
  return new Map([...positions].filter(([partition]) => !known.has(partition)));
}
