import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { alertColumns } from '../views/alert-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran alerts`: alerts with the user who caused them. */
export function addAlerts(program: Command, context: CliContext): void {
  addListing(program, context, {
    name: 'alerts',
    about: 'List alerts, and who caused them',
    path: API_PATHS.alerts,
    filters: ['user', 'cluster', 'namespace', 'pod', 'container', 'session', 'evidence', 'rule', 'text', 'since', 'until'],
    columns: alertColumns,
    examples: [
      ['whoran alerts --since 24h', 'alerts since yesterday'],
      ["whoran alerts --rule 'Terminal shell in container' -o json", 'one rule, for another program'],
    ],
  });
}
