import { DependencyUnavailable, parseDuration } from '@whoran/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { addExamples } from '../options.ts';
import type { Rebuilt } from '../rebuild/rebuild-lineage.ts';
import { jsonText } from '../render/json.ts';

/** `whoran rebuild`: what the resolvers know, made again from the topics after Redis lost it. */
export function addRebuild(program: Command, context: CliContext): void {
  const command = program
    .command('rebuild')
    .description('Make again from the topics what the resolvers know, after Redis lost it')
    .addOption(new Option('--since <duration>', 'how far back to read').argParser(parseSince).default(86_400_000, '24h'))
    .addOption(new Option('-o, --output <format>', 'how to write it').choices(['table', 'json']).default('table'));
  addExamples(
    command,
    [['whoran rebuild --since 24h', 'everything of the last day, while the resolvers go on']],
    'It reads WHORAN_KAFKA_*, WHORAN_REDIS_* and WHORAN_RESOLVER_* as the resolver does: run it with the resolver’s settings. It only\nadds: running it twice, or when nothing was lost, does no harm.',
  );
  command.action(async () => {
    const { since, output } = command.opts<{ since: number; output: string }>();
    // Only here: the clients of Kafka and Redis are not for the commands that talk to the forensics service.
    const { rebuildLineage, readRebuildSettings } = await import('../rebuild/index.ts');
    const settings = readRebuildSettings(context.io.env);
    const now = Date.now();
    const onProgress = (topic: string, read: number) => {
      if (context.io.isTty) context.note(`${topic}: ${read} messages`);
    };
    const rebuilt = await rebuildLineage(settings, { since: now - since, now, onProgress }).catch((error: unknown) => {
      throw error instanceof DependencyUnavailable ? new Failure(error.message, { retriable: true, cause: error }) : error;
    });
    await context.out(output === 'json' ? `${jsonText(rebuilt)}\n` : textOf(rebuilt));
  });
}

function textOf({ read, unreadable, reports, pods, nodes, processes, facts }: Rebuilt): string {
  const skipped = unreadable === 0 ? '' : `, ${unreadable} of them unreadable`;
  return `Read ${read} messages${skipped}.\nSaved ${reports} reports of sessions, probes of ${pods} pods, and ${facts} facts about ${processes} processes on ${nodes} nodes.\nThe resolvers take them in with the next event of each node.\n`;
}

function parseSince(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined || duration <= 0) throw new InvalidArgumentError('write a duration such as 30m, 24h or 7d');
  return duration;
}
