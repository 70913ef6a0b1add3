import { type KafkaConnection, type TopicFinding, type TopicWishes, applyTopics, checkTopics, planTopics } from '@whoran/bus-kafka';
import { ConfigInvalid, messageOf } from '@whoran/kernel';
import { KafkaSettings, kafkaAccess, loadConfig } from '@whoran/service-kit';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { visible } from '../render/visible.ts';
import { type TopicRow, topicColumns } from '../views/topic-columns.ts';

/** What the command line says about topics. */
export interface TopicsOptions {
  readonly partitions: number;
  readonly replication: number;
  readonly minInSync: number;
  readonly retention: number;
  readonly allowRepartition?: boolean;
}

/** Compares the topics with the plan, or makes them so. */
export type TopicsVerb = 'apply' | 'check';

/** Compares topics with the plan, applies it when asked to, and prints what was found. */
export async function runTopics(
  options: TopicsOptions,
  { verb, context, style }: { readonly verb: TopicsVerb; readonly context: CliContext; readonly style: ListStyle },
): Promise<void> {
  const { connection, prefix } = kafkaOf(context);
  const plan = planTopics({ ...wishesOf(options), prefix });
  const allowRepartition = options.allowRepartition === true;
  const findings = await attempt(() =>
    verb === 'check' ? checkTopics(connection, plan) : applyTopics(connection, plan, { allowRepartition }),
  );
  const rows = findings.map((finding) => rowOf(finding, verb, allowRepartition));
  await context.out(printList(topicColumns, rows, style));
  for (const { topic, warnings } of rows) for (const warning of warnings) context.note(`warning: ${visible(`${topic}: ${warning}`)}`);
  if (rows.every(({ state }) => state === 'as-planned' || state === 'created' || state === 'changed')) return;
  if (verb === 'check') context.note('whoran topics apply makes the topics as planned');
  else context.note('add --allow-repartition to add partitions, at best while the services are stopped and nothing is unread');
  context.finish(EXIT.failed);
}

function wishesOf({ partitions, replication, minInSync, retention }: TopicsOptions): Omit<TopicWishes, 'prefix'> {
  return { partitions, replication, minInSyncReplicas: minInSync, retention };
}

function rowOf({ topic, step, differences, warnings }: TopicFinding, verb: TopicsVerb, allowRepartition: boolean): TopicRow {
  const row = { topic: topic.name, partitions: topic.partitions, replication: topic.replication, differences, warnings };
  switch (step.kind) {
    case 'none':
      return { ...row, state: 'as-planned' };
    case 'create':
      return { ...row, state: verb === 'apply' ? 'created' : 'missing' };
    case 'change': {
      const refused = step.partitions !== undefined && !allowRepartition;
      return { ...row, state: verb === 'apply' && !refused ? 'changed' : 'differs' };
    }
  }
}

function kafkaOf(context: CliContext): { readonly connection: KafkaConnection; readonly prefix: string } {
  // Other variables, such as WHORAN_URL, are not settings of a service.
  const env = Object.fromEntries(Object.entries(context.io.env).filter(([name]) => name.startsWith('WHORAN_KAFKA_')));
  try {
    const access = kafkaAccess(loadConfig(KafkaSettings, env), 'whoran-cli');
    if (access.brokers.length > 0) return { connection: access, prefix: access.topicPrefix };
  } catch (error) {
    if (error instanceof ConfigInvalid)
      throw new Failure(`the settings cannot be used:\n${error.message}`, { status: EXIT.usage, cause: error });
    throw error;
  }
  throw new Failure('WHORAN_KAFKA_BROKERS must say where Kafka is, such as kafka-0:9092,kafka-1:9092', { status: EXIT.usage });
}

async function attempt<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw new Failure(messageOf(error), { cause: error, retriable: true });
  }
}
