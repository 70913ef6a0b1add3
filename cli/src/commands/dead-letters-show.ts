import { API_PATHS, type DeadLetterDetail } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addOutput } from '../options.ts';
import { jsonLine, jsonText } from '../render/json.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { deadLetterColumns, printDeadLetter } from '../views/dead-letter-columns.ts';

/** `whoran dead-letters show <id>`: one letter with its payload. */
export function addShow(deadLetters: Command, context: CliContext): void {
  const command = deadLetters.command('show <id>').description('Show one dead letter with its error and payload; secrets are redacted');
  addOutput(command);
  addExamples(command, [
    ['whoran dead-letters show falco-ingester/1f0c…', 'why it failed, and what it was'],
    ['whoran dead-letters show <id> -o json', 'the same for another program'],
  ]);
  command.action(async (id: string) => {
    const letter = await context.client(command).get<DeadLetterDetail>(API_PATHS.deadLetter, { id });
    await context.out(print(letter, context.style(command)));
  });
}

function print(letter: DeadLetterDetail, style: ListStyle): string {
  switch (style.format) {
    case 'table':
      return printDeadLetter(letter, style);
    case 'json':
      return `${jsonText(letter)}\n`;
    case 'ndjson':
      return `${jsonLine(letter)}\n`;
    case 'csv': {
      const payload = { name: 'payload', value: (row: DeadLetterDetail) => row.payload };
      return printList({ table: [], csv: [...deadLetterColumns.csv, payload] }, [letter], style);
    }
  }
}
