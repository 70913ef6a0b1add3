import { parseDuration } from '@whoran/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import type { TopicsOptions, TopicsVerb } from '../topics/run-topics.ts';

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

async function run(command: Command, context: CliContext, verb: TopicsVerb): Promise<void> {
  // Only here: the Kafka client is not for the commands that talk to the forensics service.
  const { runTopics } = await import('../topics/run-topics.ts');
  await runTopics(command.opts<TopicsOptions>(), { verb, context, style: context.style(command) });
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
