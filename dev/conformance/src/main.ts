import { readFileSync } from 'node:fs';
import { type Talk, runCommand } from '@whoran/command';
import { readDeviations } from './deviations.ts';
import { kinds } from './kinds.ts';
import { FolderUnusable, openMaterial } from './material.ts';
import { type Command, readOptions } from './options.ts';
import { hasFailures, jsonReport, textReport } from './report.ts';
import { runCases } from './run-cases.ts';

const DEVIATIONS = new URL('../deviations.yaml', import.meta.url);

function check({ folder, json, only }: Extract<Command, { readonly kind: 'run' }>, { print }: Talk): boolean {
  const deviations = readDeviations(readFileSync(DEVIATIONS, 'utf8'));
  const results = runCases(openMaterial(folder), { kinds, deviations, only });
  if (results.length === 0) throw new FolderUnusable(`${folder}: there is no case in it that --only matches`);
  if (json) print(JSON.stringify(jsonReport(results), null, 2));
  else textReport(results).forEach(print);
  return !hasFailures(results);
}

await runCommand({ name: 'conformance', read: readOptions, run: check });
