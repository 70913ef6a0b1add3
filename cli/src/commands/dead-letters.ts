import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { deadLetterColumns } from '../views/dead-letter-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran dead-letters`: what could not be processed. */
export function addDeadLetters(program: Command, context: CliContext): void {
  addListing(program, context, {
    name: 'dead-letters',
    about: 'List messages that could not be processed',
    path: API_PATHS.deadLetters,
    filters: ['stage', 'reason'],
    columns: deadLetterColumns,
    examples: [['whoran dead-letters --service falco-ingester', 'what one service could not use']],
  });
}
