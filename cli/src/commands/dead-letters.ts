import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples } from '../options.ts';
import { deadLetterColumns } from '../views/dead-letter-columns.ts';
import { addDiscard, addReplay } from './dead-letters-change.ts';
import { addShow } from './dead-letters-show.ts';
import { addListing } from './listing-command.ts';

/** `whoran dead-letters list|show|replay|discard`: what could not be processed, and what to do about it. */
export function addDeadLetters(program: Command, context: CliContext): void {
  const deadLetters = program.command('dead-letters').description('List, show, replay and discard messages that could not be processed');
  addExamples(
    deadLetters,
    [
      ['whoran dead-letters', 'what waits: the same as whoran dead-letters list'],
      ['whoran dead-letters show <id>', 'one letter, with its error and payload'],
      ['whoran dead-letters replay --service alert-router --dry-run', 'what would be sent again'],
    ],
    'Replay what failed once its cause is mended; discard what nobody needs.',
  );
  addList(deadLetters, context);
  addShow(deadLetters, context);
  addReplay(deadLetters, context);
  addDiscard(deadLetters, context);
}

function addList(deadLetters: Command, context: CliContext): void {
  addListing(deadLetters, context, {
    name: 'dead-letters',
    command: 'list',
    isDefault: true,
    about: 'List messages that could not be processed (without a command, too)',
    path: API_PATHS.deadLetters,
    filters: ['stage', 'reason', 'topic', 'cluster', 'state', 'text', 'since', 'until'],
    columns: deadLetterColumns,
    examples: [
      ['whoran dead-letters list --service falco-ingester', 'what one service could not use'],
      ['whoran dead-letters list --state all --since 7d -o csv', 'a week, with what was done about it'],
    ],
    more: 'open: it waits. replayed: it was sent again, and has not failed again. discarded: nobody needs it.',
  });
}
