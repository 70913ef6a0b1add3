import { setTimeout as wait } from 'node:timers/promises';
import { API_PATHS, type CommandRecord, type TailLine } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { Failure } from '../failure.ts';
import { type FilterName, addExamples, addFilters, addOutput, filterQuery } from '../options.ts';
import { commandColumns } from '../views/command-columns.ts';
import { type ListWriter, listWriter } from '../render/listing.ts';
import { visible } from '../render/visible.ts';

const FILTERS: readonly FilterName[] = ['user', 'cluster', 'namespace', 'pod', 'container', 'session', 'evidence', 'text'];
/** Milliseconds without a heartbeat after which the server is taken for gone. */
const SILENCE = 60_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** `whoran tail`: commands as they happen. */
export function addTail(program: Command, context: CliContext): void {
  const command = program.command('tail').description('Show commands as they happen, until Ctrl-C');
  addOutput(addFilters(command, FILTERS));
  addExamples(
    command,
    [
      ['whoran tail', 'everything, in every cluster'],
      ['whoran tail --user jane@example.com', 'one user'],
      ['whoran tail -n payments -o ndjson | jq .commandLine', 'one namespace, for another program'],
    ],
    'A command comes again when more becomes known about it, such as its user.',
  );
  command.action(async () => {
    const client = context.client(command);
    const query = filterQuery(command.opts(), FILTERS);
    const writer = listWriter(commandColumns, { ...context.style(command), steady: true });
    await follow(() => client.stream<TailLine>(API_PATHS.tail, query, SILENCE), { context, writer });
    await context.out(writer.end());
  });
}

interface Followed {
  readonly context: CliContext;
  readonly writer: ListWriter<CommandRecord>;
}

/** Reads the stream, and opens it again whenever it ends, until the person ends it. Fails when it cannot be opened at first. */
async function follow(open: () => Promise<AsyncGenerator<TailLine>>, { context, writer }: Followed): Promise<void> {
  const ended = () => context.io.signal?.aborted === true;
  let lost: { readonly since: Date; readonly pause: number } | undefined;
  let started = false;
  while (!ended()) {
    let why = 'the server ended the stream';
    try {
      const lines = await open();
      if (!started) await context.out(writer.page([]));
      started = true;
      if (lost) context.note(`connected again; to see what came in between: whoran commands --since ${lost.since.toISOString()}`);
      lost = undefined;
      for await (const line of lines) await show(line, { context, writer });
    } catch (error) {
      if (ended()) return;
      if (!started || !(error instanceof Failure) || !error.retriable) throw error;
      why = visible(error.message);
    }
    if (ended()) return;
    if (!lost) context.note(`${why}; trying again`);
    lost = { since: lost?.since ?? new Date(), pause: Math.min(LONGEST_PAUSE, (lost?.pause ?? FIRST_PAUSE / 2) * 2) };
    await wait(lost.pause, undefined, { signal: context.io.signal }).catch(() => undefined); // the only way it rejects is Ctrl-C
  }
}

async function show(line: TailLine, { context, writer }: Followed): Promise<void> {
  switch (line.type) {
    case 'command':
      return context.out(writer.page([line.command]));
    case 'dropped':
      return context.note(`${line.count} commands were left out: this reader was too slow for them`);
    case 'heartbeat':
      return; // says that the server is alive, which is what was to be known
  }
}
