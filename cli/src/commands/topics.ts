import type { KafkaConnection, TopicFinding, TopicWishes } from '@whoran/bus-kafka';
import { ConfigInvalid, messageOf, parseDuration } from '@whoran/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { addExamples, addOutput } from '../options.ts';
import { printList } from '../render/listing.ts';
import { visible } from '../render/visible.ts';
import { type TopicRow, topicColumns } from '../views/topic-columns.ts';

const CONNECTION =
  'Where Kafka is, and how to log in, say the variables that services read too:\n' +
  'WHORAN_KAFKA_BROKERS, WHORAN_KAFKA_TOPIC_PREFIX, WHORAN_KAFKA_TLS and so on (docs/settings.md).';

/** `whoran topics apply|check`: the topics on Kafka, which no service makes by itself. */
export function addTopics(program: Command, context: CliContext): void {
  const topics = program.command('topics').description('Create the topics on Kafka, or check them');
  addExamples(
    topics,
    [['whoran topics apply --partitions 12 --replication 3', 'before the services start for the first time']],
    CONNECTION,
  );
  addApply(topics, context);
  addCheck(topics, context);
}

function addApply(topics: Command, context: CliContext): void {
  const command = topics.command('apply').description('Create topics that are missing, and give all of them the planned settings');
  addWishes(command).option('--allow-repartition', 'add partitions to topics that exist: unread events may lose their order then');
  addOutput(command);
  addExamples(
    command,
    [
      ['whoran topics apply', 'twelve partitions on three brokers'],
      ['whoran topics apply --replication 1', 'on one broker, to try things out'],
    ],
    `Nothing is ever deleted or made smaller, and applying again changes nothing.\nEnds with status 1 when something is left to do.\n${CONNECTION}`,
  );
  command.action(() => run(command, context, 'apply'));
}

function addCheck(topics: Command, context: CliContext): void {
  const command = topics.command('check').description('Compare the topics with the plan, and change nothing');
  addOutput(addWishes(command));
  addExamples(
    command,
    [['whoran topics check --partitions 24 -o json', 'for a script: status 1 when a topic is missing or differs']],
    `Ends with status 1 when a topic is missing or differs.\n${CONNECTION}`,
  );
  command.action(() => run(command, context, 'check'));
}

function addWishes(command: Command): Command {
  return command
    .addOption(new Option('--partitions <number>', 'of every topic, but for those with few messages').argParser(count(10_000)).default(12))
    .addOption(new Option('--replication <number>', 'brokers that keep a copy').argParser(count(100)).default(3))
    .addOption(
      new Option('--min-in-sync <number>', 'copies that must be written; at most as many as are kept').argParser(count(100)).default(2),
    )
    .addOption(
      new Option('--retention <span>', 'how long events are kept at least: sessions and alerts 7d, dead letters 30d')
        .argParser(parseSpan)
        .default(24 * 3_600_000, '24h'),
    );
}

interface Options {
  readonly partitions: number;
  readonly replication: number;
  readonly minInSync: number;
  readonly retention: number;
  readonly allowRepartition?: boolean;
}

async function run(command: Command, context: CliContext, verb: 'apply' | 'check'): Promise<void> {
  const options = command.opts<Options>();
  // Only here: the Kafka client is not for the commands that talk to the forensics service.
  const { applyTopics, checkTopics, planTopics } = await import('@whoran/bus-kafka');
  const { connection, prefix } = await kafkaOf(context);
  const plan = planTopics({ ...wishesOf(options), prefix });
  const allowRepartition = options.allowRepartition === true;
  const findings = await attempt(() =>
    verb === 'check' ? checkTopics(connection, plan) : applyTopics(connection, plan, { allowRepartition }),
  );
  const rows = findings.map((finding) => rowOf(finding, verb, allowRepartition));
  await context.out(printList(topicColumns, rows, context.style(command)));
  for (const { topic, warnings } of rows) for (const warning of warnings) context.note(`warning: ${visible(`${topic}: ${warning}`)}`);
  if (rows.every(({ state }) => state === 'as-planned' || state === 'created' || state === 'changed')) return;
  if (verb === 'check') context.note('whoran topics apply makes the topics as planned');
  else context.note('add --allow-repartition to add partitions, at best while the services are stopped and nothing is unread');
  context.finish(EXIT.failed);
}

function wishesOf({ partitions, replication, minInSync, retention }: Options): Omit<TopicWishes, 'prefix'> {
  return { partitions, replication, minInSyncReplicas: minInSync, retention };
}

function rowOf({ topic, step, differences, warnings }: TopicFinding, verb: 'apply' | 'check', allowRepartition: boolean): TopicRow {
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

async function kafkaOf(context: CliContext): Promise<{ readonly connection: KafkaConnection; readonly prefix: string }> {
  const { KafkaSettings, kafkaAccess, loadConfig } = await import('@whoran/service-kit');
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

function count(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

function parseSpan(text: string): number {
  const span = parseDuration(text);
  if (span !== undefined && span >= 60_000) return span;
  throw new InvalidArgumentError('It must be a span of a minute or more, such as 24h or 7d.');
}
