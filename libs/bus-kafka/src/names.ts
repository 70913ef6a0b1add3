import type { Topic } from '@whoran/contracts';

/** What a topic is called on Kafka. */
export function topicNameOf(prefix: string, { name }: Pick<Topic<never>, 'name'>): string {
  return `${prefix}${name}`;
}

/** What the members of a group that read a topic are called on Kafka: there every topic of a group has its own. */
export function groupIdOf(prefix: string, group: string, { name }: Pick<Topic<never>, 'name'>): string {
  return `${prefix}${group}.${name}`;
}
