import {
  API_PATHS,
  type ChangeReport,
  DEAD_LETTER_STATES,
  type DeadLetterFilter,
  type DeadLetterSelection,
  type DiscardRequest,
  MAX_CHANGES,
  type ReplayRequest,
} from '@whoran/forensics-api';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { type FilterName, addExamples, addFilters, addOutput, filterQuery } from '../options.ts';
import { printList } from '../render/listing.ts';
import { askedBy } from './asked-by.ts';
import { type ChangeWords, changeColumns, changeRows, changeSummary } from '../views/change-columns.ts';

const FILTERS: readonly FilterName[] = ['stage', 'reason', 'topic', 'cluster', 'text', 'since', 'until'];

const REPLAY: ChangeWords = { done: 'replayed', wouldBe: 'would be replayed' };
const DISCARD: ChangeWords = { done: 'discarded', wouldBe: 'would be discarded' };

/** `whoran dead-letters replay`: sends letters again to the services that gave up on them. */
export function addReplay(deadLetters: Command, context: CliContext): void {
  const command = addSelection(
    deadLetters.command('replay [ids...]').description('Send dead letters again to the services that gave up on them'),
  );
  addExamples(
    command,
    [
      ['whoran dead-letters replay <id>', 'one letter'],
      ['whoran dead-letters replay --service alert-router --reason expired --dry-run', 'which ones it would be'],
      ['whoran dead-letters replay --all', 'every open letter, oldest first, 500 at a time'],
    ],
    'A letter that fails again is open again, under the same id. Replaying twice does no more than replaying once. Letters whose\npayload was cut cannot be replayed.',
  );
  command.action(async (ids: readonly string[]) => {
    const request: ReplayRequest = selectionOf(command, context, ids);
    const report = await context.client(command).post<ChangeReport>(API_PATHS.replayDeadLetters, request);
    await tell(report, { command, context, words: REPLAY });
  });
}

/** `whoran dead-letters discard`: lays letters aside. */
export function addDiscard(deadLetters: Command, context: CliContext): void {
  const command = addSelection(
    deadLetters
      .command('discard [ids...]')
      .description('Mark dead letters as needed by nobody')
      .requiredOption('--why <text>', 'for whoever asks later'),
  );
  addExamples(
    command,
    [
      ["whoran dead-letters discard <id> --why 'sent by a load test'", 'one letter'],
      ["whoran dead-letters discard --service falco-ingester --until 7d --why 'too old to matter'", 'what is older than a week'],
    ],
    'A discarded letter stays until retention deletes it, and is open again if the same message fails again.',
  );
  command.action(async (ids: readonly string[]) => {
    const request: DiscardRequest = { ...selectionOf(command, context, ids), why: command.opts<{ why: string }>().why };
    const report = await context.client(command).post<ChangeReport>(API_PATHS.discardDeadLetters, request);
    await tell(report, { command, context, words: DISCARD });
  });
}

function addSelection(command: Command): Command {
  addOutput(addFilters(command, FILTERS));
  return command
    .addOption(new Option('--state <state>', 'only in this state; open unless said otherwise').choices(DEAD_LETTER_STATES))
    .addOption(new Option('--limit <number>', 'at most this many letters, the oldest first').argParser(parseLimit).default(MAX_CHANGES))
    .option('--all', 'every letter in the state: needed when neither ids nor filters are given')
    .option('--dry-run', 'only say which letters it would be');
}

interface ChangeOptions {
  readonly state?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** What the options and arguments ask for. Nobody shall replay everything because a variable of a script was empty. */
function selectionOf(command: Command, context: CliContext, ids: readonly string[]): DeadLetterSelection {
  const { limit, state, all = false, dryRun = false, ...options } = command.opts<ChangeOptions & Record<string, unknown>>();
  const filters = Object.entries(filterQuery(options, FILTERS)).filter(([, value]) => value !== undefined);
  const asked = { dryRun, by: askedBy(context) };
  if (ids.length > MAX_CHANGES) throw usage(`at most ${MAX_CHANGES} ids at a time`);
  if (ids.length > 0) {
    if (filters.length > 0 || all || state !== undefined) throw usage('ids stand alone: leave --all, --state and the filters away');
    return { ids, ...asked };
  }
  if (filters.length === 0 && !all) throw usage('name letters by their ids or by filters such as --service, or say --all');
  if (filters.length > 0 && all) throw usage('--all and filters exclude each other: --all is for every letter');
  const filter = Object.fromEntries([...filters, ...(state === undefined ? [] : [['state', state]])]) as DeadLetterFilter;
  return { filter, limit, ...(all ? { all } : {}), ...asked };
}

interface Telling {
  readonly command: Command;
  readonly context: CliContext;
  readonly words: ChangeWords;
}

/** Writes what was done about each letter, and ends with 1 when something was left as it is. */
async function tell(report: ChangeReport, { command, context, words }: Telling): Promise<void> {
  const rows = changeRows(report, words);
  const style = context.style(command);
  if (rows.length > 0 || style.format === 'json') await context.out(printList(changeColumns, rows, style));
  context.note(changeSummary(report, words));
  if (report.skipped.length > 0) context.finish(EXIT.failed);
}

function usage(message: string): Failure {
  return new Failure(message, { status: EXIT.usage });
}

function parseLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_CHANGES) return limit;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_CHANGES}.`);
}
