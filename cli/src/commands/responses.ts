import { API_PATHS, type ResponseDetail } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import { jsonLine, jsonText } from '../render/json.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { printResponse, responseColumns } from '../views/response-columns.ts';
import { addListing } from './listing-command.ts';

/** `whoran responses list|show`: what was done about users, as forensics keeps it. */
export function addResponses(program: Command, context: CliContext): void {
  const responses = program.command('responses').description('List and show what was done about users, by whom, and what became of it');
  addExamples(
    responses,
    [
      ['whoran responses', 'the latest: the same as whoran responses list'],
      ['whoran responses show <id>', 'one response, with every state that it was in'],
    ],
    'This is the record. whoran response asks for one, approves and undoes it.',
  );
  addListing(responses, context, {
    name: 'responses',
    command: 'list',
    isDefault: true,
    about: 'List responses as they stand (without a command, too)',
    path: API_PATHS.responses,
    filters: ['user', 'action', 'standing', 'author', 'dryRun', 'cluster', 'namespace', 'pod', 'session', 'text', 'since', 'until'],
    columns: responseColumns,
    examples: [
      ['whoran responses list --user jane@example.com', 'what was done about jane'],
      ['whoran responses list --state proposed', 'what waits for somebody to agree'],
    ],
  });
  addShow(responses, context);
}

function addShow(responses: Command, context: CliContext): void {
  const command = responses.command('show <id>').description('Show one response, its steps, and every state that it was in');
  addOutput(command);
  addExamples(command, [['whoran responses show <id> -o json', 'for an audit']]);
  command.action(async (id: string) => {
    const detail = await context.client(command).get<ResponseDetail>(API_PATHS.response, { id });
    await context.out(print(detail, context.style(command)));
  });
}

function print(detail: ResponseDetail, style: ListStyle): string {
  switch (style.format) {
    case 'table':
      return printResponse(detail, style);
    case 'json':
      return `${jsonText(detail)}\n`;
    case 'ndjson':
      return `${jsonLine(detail)}\n`;
    case 'csv':
      return printList(responseColumns, detail.history, style);
  }
}
