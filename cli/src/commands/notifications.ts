import { API_PATHS } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { notificationColumns } from '../views/notification-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran notifications`: what was said to whom, and how that ended. */
export function addNotifications(program: Command, context: CliContext): void {
  addListing(program, context, {
    name: 'notifications',
    about: 'List what receivers were told, when, and how it ended',
    path: API_PATHS.notifications,
    filters: ['receiver', 'outcome', 'toldBecause', 'user', 'rule', 'cluster', 'alert', 'notification', 'text', 'since', 'until'],
    columns: notificationColumns,
    examples: [
      ['whoran notifications --user jane@example.com --since 24h', 'who was told of jane since yesterday'],
      ['whoran notifications --receiver pager --outcome muted -o json', 'what the pager was spared, and why'],
    ],
    more: 'Not delivered, and not muted: it is a dead letter too, and whoran dead-letters can send it again.',
  });
}
