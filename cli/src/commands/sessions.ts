import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { sessionColumns } from '../views/session-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran sessions`: who came into which container. */
export function addSessions(program: Command, context: CliContext): void {
  addListing(program, context, {
    name: 'sessions',
    about: 'List exec, copy, attach, port-forward and debug sessions',
    path: API_PATHS.sessions,
    filters: ['user', 'cluster', 'namespace', 'pod', 'container', 'kind', 'phase', 'injected', 'text', 'since', 'until'],
    columns: sessionColumns,
    examples: [
      ['whoran sessions --user jane@example.com --since 7d', 'where jane was in the last week'],
      ['whoran sessions --kind copy -n payments', 'who copied files out of, or into, a namespace'],
      ['whoran sessions --injected no --since 24h', 'sessions that the webhook did not see or did not change'],
    ],
  });
}
