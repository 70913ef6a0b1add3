import type { CliContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { type Columns, type ListStyle, printList } from '../render/listing.ts';
import { toneOfPriority } from '../render/tone.ts';
import { type RuleOptions, loadGiven } from './load-given.ts';
import { type RuleRow, rowsOf } from './rule-rows.ts';

/** Prints every rule with whether it is run, and why. */
export async function listRules(options: RuleOptions, context: CliContext, style: ListStyle): Promise<void> {
  const loaded = loadGiven(options);
  const rows = rowsOf(loaded);
  if (rows.length === 0) context.note('no rules found');
  else await context.out(printList(ruleColumns, rows, style));
  if (loaded.result.ok) return;
  context.note('the files have errors, so no rule of them would be run: whoran rules check shows them');
  context.finish(EXIT.failed);
}

const TONES = { on: 'good', off: 'faint', 'left out': 'odd' } as const;

const ruleColumns: Columns<RuleRow> = {
  table: [
    { title: 'RULE', text: (row) => row.rule, min: 30 },
    { title: 'SOURCE', text: (row) => row.source, min: 9, drop: 1 },
    { title: 'PRIORITY', text: (row) => row.priority, min: 8, tone: (row) => toneOfPriority(row.priority), drop: 2 },
    { title: 'STATE', text: (row) => row.state, min: 8, tone: (row) => TONES[row.state] },
    { title: 'FILE', text: (row) => `${row.file}:${row.line}`, min: 16, drop: 3 },
    { title: 'WHY', text: (row) => row.why },
  ],
  csv: [
    { name: 'rule', value: (row) => row.rule },
    { name: 'source', value: (row) => row.source },
    { name: 'priority', value: (row) => row.priority },
    { name: 'state', value: (row) => row.state },
    { name: 'why', value: (row) => row.why },
    { name: 'tags', value: (row) => row.tags.join(' ') },
    { name: 'file', value: (row) => row.file },
    { name: 'line', value: (row) => row.line },
  ],
};
