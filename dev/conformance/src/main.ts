import { readFileSync } from 'node:fs';
import { messageOf } from '@whoran/kernel';
import { DeviationsUnusable, readDeviations } from './deviations.ts';
import { kinds } from './kinds.ts';
import { FolderUnusable, openMaterial } from './material.ts';
import { type Command, USAGE, readOptions } from './options.ts';
import { hasFailures, jsonReport, textReport } from './report.ts';
import { runCases } from './run-cases.ts';

const DEVIATIONS = new URL('../deviations.yaml', import.meta.url);

const print = (text: string) => void process.stdout.write(`${text}\n`);
const warn = (text: string) => void process.stderr.write(`${text}\n`);

// A reader such as head may go away before the end: what it did not want to read is no failure.
process.stdout.on('error', () => {});

function main(): number {
  const command = readOptions(process.argv.slice(2));
  if (!command.ok) {
    warn(`conformance: ${command.error}\n\n${USAGE}`);
    return 2;
  }
  if (command.value.kind === 'help') {
    print(USAGE);
    return 0;
  }
  try {
    return check(command.value);
  } catch (error) {
    const expected = error instanceof FolderUnusable || error instanceof DeviationsUnusable;
    warn(`conformance: ${expected ? error.message : ((error as Error).stack ?? messageOf(error))}`);
    return 2;
  }
}

function check({ folder, json, only }: Extract<Command, { readonly kind: 'run' }>): number {
  const deviations = readDeviations(readFileSync(DEVIATIONS, 'utf8'));
  const results = runCases(openMaterial(folder), { kinds, deviations, only });
  if (results.length === 0) throw new FolderUnusable(`${folder}: there is no case in it that --only matches`);
  if (json) print(JSON.stringify(jsonReport(results), null, 2));
  else textReport(results).forEach(print);
  return hasFailures(results) ? 1 : 0;
}

// Not process.exit: what was printed must be out, also into a pipe.
process.exitCode = main();
