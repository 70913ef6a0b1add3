import { type Talk, runCommand } from '@whoran/command';
import { type Command, readOptions } from './options.ts';
import { readEvents } from './read-events.ts';
import { readyRules } from './ready-rules.ts';
import { reportOn } from './report-on.ts';
import { hasDifferences, jsonReport, textReport } from './report.ts';

async function check({ folder, rules, json }: Extract<Command, { readonly kind: 'run' }>, { print }: Talk): Promise<boolean> {
  const report = reportOn(readyRules(rules), await readEvents(folder));
  if (json) print(JSON.stringify(jsonReport(report), null, 2));
  else textReport(report).forEach(print);
  return !hasDifferences(report);
}

await runCommand({ name: 'rules:recording', read: readOptions, run: check });
