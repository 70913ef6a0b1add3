import { Delivery, EVIDENCES, NotificationReason, ResponseAction, ResponseState, SessionKind, SessionPhase } from '@whoran/contracts';
import { DEAD_LETTER_STATES, MAX_PAGE } from '@whoran/forensics-api';
import { parseDuration, parseInstant } from '@whoran/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Query } from './api/api-client.ts';
import { FORMATS } from './render/listing.ts';

/** How many rows a listing shows unless it is told otherwise. */
export const DEFAULT_LIMIT = 100;

const words = (union: { readonly anyOf: readonly { readonly const: string }[] }) => union.anyOf.map((literal) => literal.const);

/** Every filter that the API knows, by its name there. */
const FILTERS = {
  user: () => new Option('--user <name>', 'only of this user; * at the beginning or end stands for anything'),
  cluster: () => new Option('--cluster <name>', 'only in this cluster'),
  namespace: () => new Option('-n, --namespace <name>', 'only in this namespace'),
  pod: () => new Option('--pod <name>', 'only in this pod'),
  container: () => new Option('--container <name>', 'only in this container'),
  session: () => new Option('--session <id>', 'only of this session'),
  evidence: () => new Option('--evidence <kind>', 'only with this evidence').choices(EVIDENCES),
  kind: () => new Option('--kind <kind>', 'only sessions of this kind').choices(words(SessionKind)),
  phase: () => new Option('--phase <phase>', 'only sessions in this phase').choices(words(SessionPhase)),
  injected: () => new Option('--injected <answer>', 'only sessions with, or without, an injected token').choices(['yes', 'no']),
  rule: () => new Option('--rule <name>', 'only of this rule'),
  stage: () => new Option('--service <name>', 'only of this service'),
  reason: () => new Option('--reason <word>', 'only for this reason'),
  topic: () => new Option('--topic <name>', 'only of messages of this topic'),
  state: () => new Option('--state <state>', 'only in this state').choices([...DEAD_LETTER_STATES, 'all']).default('open'),
  receiver: () => new Option('--receiver <name>', 'only to this receiver'),
  outcome: () => new Option('--outcome <word>', 'only with this end').choices(Delivery.properties.outcome.enum),
  toldBecause: () => new Option('--why <word>', 'only for this reason').choices(NotificationReason.enum),
  alert: () => new Option('--alert <id>', 'only of this alert'),
  notification: () => new Option('--notification <id>', 'only this notification, each time it was delivered'),
  action: () => new Option('--action <word>', 'only this action').choices(ResponseAction.enum),
  standing: () => new Option('--state <state>', 'only in this state').choices(ResponseState.enum),
  author: () => new Option('--author <name>', 'only what this person, or route, asked for'),
  dryRun: () => new Option('--dry-run <answer>', 'only what was, or was not, a dry run').choices(['yes', 'no']),
  text: () => new Option('--text <text>', 'only with this text in it, in any case'),
  since: () => new Option('--since <time>', 'from this time on: 30m, 24h, 7d ago, a date, or RFC 3339').argParser(parseWhen),
  until: () => new Option('--until <time>', 'up to this time').argParser(parseWhen),
} as const;

/** What filters are called that are called otherwise on the command line, or in the API. */
const OPTION_NAMES: Readonly<Partial<Record<FilterName, string>>> = { stage: 'service', standing: 'state', toldBecause: 'why' };
const QUERY_NAMES: Readonly<Partial<Record<FilterName, string>>> = { standing: 'state', toldBecause: 'reason' };
const ANSWERS: ReadonlySet<FilterName> = new Set(['injected', 'dryRun']);

/** The name of a filter: in the API and on the command line too, but for those above. */
export type FilterName = keyof typeof FILTERS;

/** Adds filters to a command. */
export function addFilters(command: Command, names: readonly FilterName[]): Command {
  for (const name of names) command.addOption(FILTERS[name]());
  return command;
}

/** What the filters given on the command line mean to the API. */
export function filterQuery(options: Readonly<Record<string, unknown>>, names: readonly FilterName[]): Query {
  const value = (name: FilterName) => {
    const given = options[OPTION_NAMES[name] ?? name] as string | undefined;
    if (name === 'state' && given === 'all') return undefined;
    return ANSWERS.has(name) && given !== undefined ? given === 'yes' : given;
  };
  return Object.fromEntries(names.map((name) => [QUERY_NAMES[name] ?? name, value(name)]));
}

/** Adds `--router`, for commands that talk to the alert router. */
export function addRouter(command: Command): Command {
  return command.option('--router <url>', 'where the alert router is; default WHORAN_ROUTER_URL, or http://127.0.0.1:8084');
}

/** Adds `-o` and `--no-headers`. */
export function addOutput(command: Command): Command {
  return command
    .addOption(new Option('-o, --output <format>', 'how to write it').choices(FORMATS).default('table'))
    .option('--no-headers', 'without the header line, in table and csv');
}

/** Adds `--limit`, `--all` and `--order`. */
export function addPaging(command: Command): Command {
  return command
    .addOption(new Option('--limit <number>', 'at most this many rows').argParser(parseLimit).default(DEFAULT_LIMIT).conflicts('all'))
    .option('--all', 'every row')
    .addOption(new Option('--order <order>', 'newest first, or oldest first').choices(['desc', 'asc']).default('desc'));
}

/** How many rows the next page should have, when `wanted` are still to come. */
export function pageSize(wanted: number): number {
  return Math.min(wanted, MAX_PAGE);
}

/** Examples and hints at the end of a command's help. */
export function addExamples(command: Command, examples: readonly (readonly [line: string, about: string])[], more = ''): Command {
  const lines = examples.map(([line, about]) => `  # ${about}\n  ${line}`);
  return command.addHelpText('after', `${more === '' ? '' : `\n${more}\n`}\nExamples:\n${lines.join('\n\n')}`);
}

function parseWhen(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined) return `${text}T00:00:00Z`;
  if (parseDuration(text) !== undefined || parseInstant(text) !== undefined) return text;
  throw new InvalidArgumentError(
    'It must be a span such as 30m, 24h or 7d, a date such as 2026-01-31, or a time such as 2026-01-31T10:00:00Z.',
  );
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 on; --all lists every row.');
}
