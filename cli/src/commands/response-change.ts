import type { Response } from '@whoran/contracts';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { addExamples, addOutput, addRouter } from '../options.ts';
import { jsonLine, jsonText } from '../render/json.ts';
import { printList } from '../render/listing.ts';
import { responseColumns } from '../views/response-columns.ts';
import { printResponse, responseSummary } from '../views/response-view.ts';

/** Lines of examples and what they are for. */
export type Examples = readonly (readonly [line: string, about: string])[];

const CHANGES: readonly { readonly name: string; readonly about: string; readonly examples: Examples; readonly more?: string }[] = [
  {
    name: 'approve',
    about: 'Agree to a response that waits for another person',
    examples: [['whoran response approve <id>', 'as somebody else than its author']],
    more: 'Your token says who you are: where two people must agree, it must have your name in it.',
  },
  {
    name: 'reject',
    about: 'Lay a response aside that waits for another person',
    examples: [['whoran response reject <id>', 'nothing is done']],
  },
  {
    name: 'undo',
    about: 'Take back what a response did',
    examples: [['whoran response undo <id>', 'the user is let in again, bindings are put back, the pod has its network again']],
    more: 'Deleted and evicted pods stay so. What somebody else changed meanwhile is left as it is, and said.',
  },
];

/** `whoran response show|approve|reject|undo <id>`. */
export function addChanges(parent: Command, context: CliContext): void {
  const show = addOutput(addRouter(parent.command('show <id>').description('Show a response and its steps')));
  addExamples(show, [['whoran response show <id>', 'what was done, and what could not be']]);
  show.action(async (id: string) => tellResponse(await context.router(show).get<Response>(pathOf(id)), context, show));
  for (const { name, about, examples, more } of CHANGES) {
    const command = addOutput(addRouter(parent.command(`${name} <id>`).description(about)));
    addExamples(command, examples, more);
    command.action(async (id: string) => {
      const response = await context.router(command).post<Response>(`${pathOf(id)}/${name}`, { by: userOf(context) });
      await tellResponse(response, context, command);
      context.note(responseSummary(response));
      if (response.state === 'failed') context.finish(EXIT.failed);
    });
  }
}

/** Writes one response in the format that was asked for. */
export async function tellResponse(response: Response, context: CliContext, command: Command): Promise<void> {
  const style = context.style(command);
  switch (style.format) {
    case 'table':
      return context.out(printResponse(response, style));
    case 'json':
      return context.out(`${jsonText(response)}\n`);
    case 'ndjson':
      return context.out(`${jsonLine(response)}\n`);
    case 'csv':
      return context.out(printList(responseColumns, [response], style));
  }
}

/** Who is at the keyboard, for tokens that have no name in them. */
export function userOf({ io: { env } }: CliContext): string {
  return (env['USER'] || env['LOGNAME'] || env['USERNAME'] || 'unknown').slice(0, 200);
}

function pathOf(id: string): string {
  return `/api/v1/responses/${encodeURIComponent(id)}`;
}
