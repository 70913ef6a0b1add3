import { API_PATHS, type ProcessRecord, type ProgramRecord, type SessionDetail } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFilters, addOutput, filterQuery } from '../options.ts';
import type { CsvColumn } from '../render/csv.ts';
import { jsonText } from '../render/json.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { printSession } from '../views/session-tree.ts';

/** `whoran session <id>`: one session with its process tree. */
export function addSession(program: Command, context: CliContext): void {
  const command = program.command('session <id>').description('Show one session with its process tree: programs, times and alerts');
  addOutput(addFilters(command, ['cluster']));
  addExamples(
    command,
    [
      ['whoran session 4cf8e840-6049-4b78-959e-559b16d942a4', 'what happened in a session'],
      ['whoran session audit:112ce082-391d-4875-8c42-0a495b6d5bdd -o json', 'the same for another program'],
    ],
    'json writes the session as one object, ndjson one line per process, csv one record per program.',
  );
  command.action(async (id: string) => {
    const detail = await context
      .client(command)
      .get<SessionDetail>(`${API_PATHS.sessions}/${encodeURIComponent(id)}`, filterQuery(command.opts(), ['cluster']));
    await context.out(print(detail, context.style(command)));
  });
}

function print(detail: SessionDetail, style: ListStyle): string {
  switch (style.format) {
    case 'table':
      return printSession(detail, style);
    case 'json':
      return `${jsonText(detail)}\n`;
    case 'ndjson':
      return printList({ table: [], csv: [] }, detail.processes, style);
    case 'csv':
      return printList({ table: [], csv: programCsv }, programRows(detail.processes), style);
  }
}

interface ProgramRow {
  readonly process: ProcessRecord;
  readonly program?: ProgramRecord;
}

function programRows(processes: readonly ProcessRecord[]): readonly ProgramRow[] {
  return processes.flatMap((process) =>
    process.programs.length > 0 ? process.programs.map((program) => ({ process, program })) : [{ process }],
  );
}

const programCsv: readonly CsvColumn<ProgramRow>[] = [
  { name: 'time', value: ({ process, program }) => program?.time ?? process.startedAt },
  { name: 'depth', value: ({ process }) => process.depth },
  { name: 'pid', value: ({ process }) => process.pid },
  { name: 'vpid', value: ({ process }) => process.vpid },
  { name: 'node', value: ({ process }) => process.node },
  { name: 'container', value: ({ process }) => process.container },
  { name: 'evidence', value: ({ program }) => program?.evidence },
  { name: 'process_user', value: ({ program }) => program?.processUser },
  { name: 'executable', value: ({ program }) => program?.executable },
  { name: 'directory', value: ({ program }) => program?.directory },
  { name: 'command_line', value: ({ program }) => program?.commandLine },
  { name: 'process', value: ({ process }) => process.key },
  { name: 'parent', value: ({ process }) => process.parent },
];
