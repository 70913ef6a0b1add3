import { messageOf } from '@whoran/kernel';
import { type Command, USAGE, readOptions } from './options.ts';
import { RecordingUnusable, readEvents } from './read-events.ts';
import { RulesUnusable, readyRules } from './ready-rules.ts';
import { reportOn } from './report-on.ts';
import { hasDifferences, jsonReport, textReport } from './report.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const warn = (text: string) => void process.stderr.write(`${text}\n`);

// A reader such as head may go away before the end: what it did not want to read is no failure.
process.stdout.on('error', () => {});

async function main(): Promise<number> {
  const command = readOptions(process.argv.slice(2));
  if (!command.ok) {
    warn(`rules:recording: ${command.error}\n\n${USAGE}`);
    return 2;
  }
  if (command.value.kind === 'help') {
    print(USAGE);
    return 0;
  }
  try {
    return await check(command.value);
  } catch (error) {
    const expected = error instanceof RecordingUnusable || error instanceof RulesUnusable;
    warn(`rules:recording: ${expected ? error.message : ((error as Error).stack ?? messageOf(error))}`);
    return 2;
  }
}

async function check({ folder, rules, json }: Extract<Command, { readonly kind: 'run' }>): Promise<number> {
  const report = reportOn(readyRules(rules), await readEvents(folder));
  if (json) print(JSON.stringify(jsonReport(report), null, 2));
  else textReport(report).forEach(print);
  return hasDifferences(report) ? 1 : 0;
}

// Not process.exit: what was printed must be out, also into a pipe.
process.exitCode = await main();
