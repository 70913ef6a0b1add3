import { type Millis, nanosOfMillis, parseDuration, parseInstant, printInstant } from '@whoran/kernel';
import { type MatcherBody, type PostableSilence, SILENCE_PATHS, type SilencePreview, matcherBody, parseMatchers } from '@whoran/routing';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { addExamples, addOutput, addRouter } from '../options.ts';
import { jsonLine, jsonText } from '../render/json.ts';
import { printList } from '../render/listing.ts';
import { previewColumns } from '../views/silence-columns.ts';
import { askedBy } from './asked-by.ts';

const MATCHERS =
  'Matchers are those of routes: name=value with =, !=, =~ or !~, where a name is rule, priority, source, tags, cluster, namespace,\n' +
  'pod, image, container, user, groups, evidence, session, kind, or a field such as "proc.name". All of them must fit.';

interface AddOptions {
  readonly for: Millis;
  readonly from?: string;
  readonly until?: string;
  readonly comment: string;
  readonly author?: string;
}

/** `whoran silences add`: mutes alerts until a time. */
export function addSilenceAdd(silences: Command, context: CliContext): void {
  const command = silences.command('add <matchers...>').description('Mute alerts that fit, until a time; prints the id of the silence');
  addRouter(command)
    .requiredOption('--comment <text>', 'why, for whoever asks later')
    .addOption(new Option('--for <span>', 'how long').argParser(parseSpan).default(3_600_000, '1h').conflicts('until'))
    .option('--until <time>', 'its end, such as 2026-01-31T10:00:00Z', parseTime)
    .option('--from <time>', 'its begin, if that is not now', parseTime)
    .option('--author <name>', 'whose it is, if the token does not say so; default: who you are on this machine');
  addExamples(
    command,
    [
      ["whoran silences add namespace=payments --for 2h --comment 'a migration'", 'two hours from now'],
      [
        'whoran silences add rule="Terminal shell in container" user=~"sre-.*" --until 2026-02-01T06:00:00Z --comment drill',
        'until a time',
      ],
    ],
    MATCHERS,
  );
  command.action(async (matchers: readonly string[]) => {
    const body = postable(readMatchers(matchers), command.opts<AddOptions>(), askedBy(context));
    const { silenceID } = await context.router(command).post<{ readonly silenceID: string }>(SILENCE_PATHS.silences, body);
    await context.out(`${silenceID}\n`);
    context.note(`muted until ${context.style(command).face.date(body.endsAt)}, ${context.style(command).face.zone}`);
  });
}

/** `whoran silences expire`: ends silences now. */
export function addSilenceExpire(silences: Command, context: CliContext): void {
  const command = addRouter(silences.command('expire <ids...>').description('End silences now; one that has ended stays as it is'));
  addExamples(command, [['whoran silences expire <id>', 'alerts that fit are told again']]);
  command.action(async (ids: readonly string[]) => {
    const router = context.router(command);
    for (const id of ids) await router.remove(`${SILENCE_PATHS.silence}/${encodeURIComponent(id)}`);
    context.note(ids.length === 1 ? 'expired' : `${ids.length} expired`);
  });
}

/** `whoran silences preview`: says what a silence would have muted. */
export function addSilencePreview(silences: Command, context: CliContext): void {
  const command = silences.command('preview <matchers...>').description('Show which alerts of late a silence would have muted');
  addRouter(addOutput(command)).addOption(
    new Option('--since <span>', 'of how long, 24h at most').argParser((text) => (parseSpan(text), text)).default('1h'),
  );
  addExamples(command, [["whoran silences preview 'namespace=payments' --since 24h", 'of the last day']], MATCHERS);
  command.action(async (matchers: readonly string[]) => {
    const { since } = command.opts<{ readonly since: string }>();
    const preview = await context.router(command).post<SilencePreview>(SILENCE_PATHS.preview, { matchers: readMatchers(matchers), since });
    const style = context.style(command);
    if (style.format === 'json') await context.out(`${jsonText(preview)}\n`);
    else if (style.format === 'ndjson') await context.out(preview.examples.map((alert) => `${jsonLine(alert)}\n`).join(''));
    else if (preview.examples.length > 0) await context.out(printList(previewColumns, preview.examples, style));
    context.note(`would have muted ${preview.muted} of the ${preview.alerts} alerts of the last ${since} that the router remembers`);
  });
}

function readMatchers(texts: readonly string[]): readonly MatcherBody[] {
  return texts.flatMap((text) => {
    const matchers = parseMatchers(text);
    if (matchers.ok) return matchers.value.map(matcherBody);
    throw new Failure(`matcher ${text}: ${matchers.error}`, { status: EXIT.usage });
  });
}

function postable(matchers: readonly MatcherBody[], options: AddOptions, user: string): PostableSilence {
  const { from, until, comment, author = user } = options;
  const startsAt = from ?? textOf(Date.now());
  const endsAt = until ?? textOf(millisOf(startsAt) + options.for);
  return { matchers, startsAt, endsAt, createdBy: author, comment };
}

function textOf(millis: Millis): string {
  return printInstant(nanosOfMillis(millis));
}

function millisOf(instant: string): Millis {
  return Number((parseInstant(instant) ?? 0n) / 1_000_000n);
}

function parseSpan(text: string): Millis {
  const span = parseDuration(text);
  if (span !== undefined && span > 0) return span;
  throw new InvalidArgumentError('It must be a span such as 30m, 2h or 3d.');
}

function parseTime(text: string): string {
  if (parseInstant(text) !== undefined) return text;
  throw new InvalidArgumentError('It must be a time such as 2026-01-31T10:00:00Z.');
}
