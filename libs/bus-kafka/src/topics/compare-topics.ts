import type { PlannedTopic } from './topic-plan.ts';

/** A topic as it is. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** The settings that this topic has of its own or by default, as Kafka writes them. */
  readonly config: Readonly<Record<string, string>>;
}

/** What is to be done about a topic. */
export type TopicStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'create' }
  | { readonly kind: 'change'; readonly partitions: number | undefined; readonly config: Readonly<Record<string, string>> };

/** A topic as it should be, what is to be done about it, and why in words. */
export interface TopicFinding {
  readonly topic: PlannedTopic;
  readonly step: TopicStep;
  /** What differs, one sentence each. */
  readonly differences: readonly string[];
  /** What applying cannot or should not mend: a person has to look. */
  readonly warnings: readonly string[];
}

/** Compares topics as they should be with topics as they are. Nothing is ever deleted or made smaller. */
export function compareTopics(plan: readonly PlannedTopic[], found: readonly FoundTopic[]): readonly TopicFinding[] {
  const byName = new Map(found.map((topic) => [topic.name, topic]));
  return plan.map((topic) => compare(topic, byName.get(topic.name)));
}

function compare(topic: PlannedTopic, found: FoundTopic | undefined): TopicFinding {
  if (found === undefined) return { topic, step: { kind: 'create' }, differences: ['is missing'], warnings: [] };
  const differences: string[] = [];
  const warnings: string[] = [];
  const partitions = found.partitions < topic.partitions ? topic.partitions : undefined;
  if (partitions !== undefined) {
    differences.push(`has ${found.partitions} partitions and should have ${topic.partitions}`);
    warnings.push('new partitions move keys: events of a key that are still unread may be handled out of order');
  }
  if (found.partitions > topic.partitions)
    warnings.push(`has ${found.partitions} partitions, more than ${topic.partitions}: they cannot be taken back`);
  if (found.replication !== topic.replication)
    warnings.push(`has ${found.replication} replicas and should have ${topic.replication}: kafka-reassign-partitions.sh changes that`);
  const config = Object.fromEntries(Object.entries(topic.config).filter(([name, value]) => found.config[name] !== value));
  for (const [name, value] of Object.entries(config))
    differences.push(`${name} is ${found.config[name] ?? 'unknown'} and should be ${value}`);
  if (differences.length === 0) return { topic, step: { kind: 'none' }, differences, warnings };
  return { topic, step: { kind: 'change', partitions, config }, differences, warnings };
}
