import { type Logger, SilentLogger } from '@whoran/kernel';
import kafkajs, { type Admin } from 'kafkajs';
import type { KafkaConnection } from '../client/kafka-connection.ts';
import { withAdmin } from '../client/with-admin.ts';
import { type FoundTopic, type TopicFinding, compareTopics } from './compare-topics.ts';
import type { PlannedTopic } from './topic-plan.ts';

/** How topics are applied. */
export interface ApplyOptions {
  /** Whether partitions may be added to topics that exist: keys move then. */
  readonly allowRepartition?: boolean;
  readonly logger?: Logger;
}

// Node.js does not find these among the names of a CommonJS module.
const { ConfigResourceTypes, ConfigSource } = kafkajs;
/** Compares the topics with the plan, and changes nothing. Rejects with DependencyUnavailable. */
export function checkTopics(connection: KafkaConnection, plan: readonly PlannedTopic[]): Promise<readonly TopicFinding[]> {
  return withAdmin(connection, { logger: new SilentLogger(), doing: 'check the topics' }, (admin) => findings(admin, plan));
}

/**
 * Creates what is missing, adds partitions when that is allowed, and sets the planned settings; others stay as they are, and
 * nothing is deleted. Resolves with what it found before; applying again finds nothing. Rejects with DependencyUnavailable.
 */
export function applyTopics(
  connection: KafkaConnection,
  plan: readonly PlannedTopic[],
  { allowRepartition = false, logger = new SilentLogger() }: ApplyOptions = {},
): Promise<readonly TopicFinding[]> {
  // The work may be done twice, and the second time finds less.
  let before: readonly TopicFinding[] | undefined;
  return withAdmin(connection, { logger, doing: 'apply the topics' }, async (admin) => {
    const found = await findings(admin, plan);
    before ??= found;
    await create(admin, found);
    if (allowRepartition) await repartition(admin, found);
    await configure(admin, found);
    return before;
  });
}

async function findings(admin: Admin, plan: readonly PlannedTopic[]): Promise<readonly TopicFinding[]> {
  const existing = new Set(await admin.listTopics());
  const names = plan.map(({ name }) => name).filter((name) => existing.has(name));
  return compareTopics(plan, names.length === 0 ? [] : await describe(admin, names));
}

async function describe(admin: Admin, names: string[]): Promise<FoundTopic[]> {
  const [{ topics }, configs] = await Promise.all([admin.fetchTopicMetadata({ topics: names }), configsOf(admin, names)]);
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replication: partitions[0]?.replicas.length ?? 0,
    config: Object.fromEntries((configs.get(name) ?? []).map(({ configName, configValue }) => [configName, configValue])),
  }));
}

async function configsOf(admin: Admin, names: readonly string[]) {
  const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
  const { resources: answers } = await admin.describeConfigs({ resources, includeSynonyms: false });
  return new Map(answers.map(({ resourceName, configEntries }) => [resourceName, configEntries]));
}

async function create(admin: Admin, found: readonly TopicFinding[]): Promise<void> {
  const missing = found.filter(({ step }) => step.kind === 'create').map(({ topic }) => topic);
  if (missing.length === 0) return;
  await admin.createTopics({
    topics: missing.map(({ name, partitions, replication, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: entriesOf(config),
    })),
    // kafkajs fails when a broker has not heard of the topic yet, so that is awaited here.
    waitForLeaders: false,
  });
  // Until the brokers know it: whoever begins now finds all topics.
  const names = missing.map(({ name }) => name);
  await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
}

async function repartition(admin: Admin, found: readonly TopicFinding[]): Promise<void> {
  const more = found.flatMap(({ topic, step }) =>
    step.kind === 'change' && step.partitions !== undefined ? [{ topic: topic.name, count: step.partitions }] : [],
  );
  if (more.length > 0) await admin.createPartitions({ topicPartitions: more });
}

async function configure(admin: Admin, found: readonly TopicFinding[]): Promise<void> {
  const changes = found.flatMap(({ topic, step }) =>
    step.kind === 'change' && Object.keys(step.config).length > 0 ? [{ name: topic.name, config: step.config }] : [],
  );
  if (changes.length === 0) return;
  const current = await configsOf(admin, changes.map(({ name }) => name)); // prettier-ignore
  await admin.alterConfigs({
    validateOnly: false,
    resources: changes.map(({ name, config }) => {
      // The request replaces all settings of a topic: those that somebody else made are sent along.
      const own = (current.get(name) ?? []).filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG);
      const kept = Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
      return { type: ConfigResourceTypes.TOPIC, name, configEntries: entriesOf({ ...kept, ...config }) };
    }),
  });
}

function entriesOf(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
