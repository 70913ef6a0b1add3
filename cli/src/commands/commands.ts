import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { commandColumns } from '../views/command-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran commands`: who ran what. */
export function addCommands(program: Command, context: CliContext): void {
  addListing(program, context, {
    name: 'commands',
    about: 'List commands that ran in containers, and who ran them',
    path: API_PATHS.commands,
    filters: ['user', 'cluster', 'namespace', 'pod', 'container', 'session', 'evidence', 'text', 'since', 'until'],
    columns: commandColumns,
    examples: [
      ['whoran commands --user jane@example.com --since 24h', 'everything that jane ran since yesterday, everywhere'],
      ['whoran commands -n payments --text /etc/shadow', 'who touched a file in a namespace'],
      ['whoran commands --evidence none --since 1h', 'what nobody is named for, and why'],
      ["whoran commands --user 'system:serviceaccount:*' --all -o csv > commands.csv", 'all commands of service accounts, as a file'],
    ],
    more: 'Evidence, strongest first: lineage, root, environment, container, audit. With ambiguous several users fit; with none nobody is named.',
  });
}
