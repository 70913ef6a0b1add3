import type { CliContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { diagnosisColumns, diagnosisRow, printDiagnosis } from '../views/diagnosis-view.ts';
import { counted } from './counted.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { type LoadedGiven, type RuleOptions, loadGiven } from './load-given.ts';
import { keysSent } from './read-events.ts';
import { rowsOf } from './rule-rows.ts';

/** What the command line says about a check. */
export interface CheckOptions extends RuleOptions {
  readonly events?: string;
  readonly errorsOnly?: boolean;
  readonly strict?: boolean;
}

/** Loads the rules and prints everything that is wrong with them. */
export async function checkRules(options: CheckOptions, context: CliContext, style: ListStyle): Promise<void> {
  const loaded = loadGiven(options, options.events === undefined ? undefined : keysSent(options.events));
  const found = diagnose(loaded);
  const shown = options.errorsOnly ? found.filter(({ severity }) => severity === 'error') : found;
  if (style.format === 'table') {
    for (const diagnosis of shown) await context.out(printDiagnosis(diagnosis, style));
    await context.out(`${summary(found, loaded)}\n`);
  } else await context.out(printList(diagnosisColumns, shown.map(diagnosisRow), style));
  if (!loaded.result.ok || (options.strict && found.length > 0)) context.finish(EXIT.failed);
}

function summary(found: readonly Diagnosis[], loaded: LoadedGiven): string {
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const { rules, macros, lists, ok } = loaded.result;
  const on = rowsOf(loaded).filter(({ state }) => state === 'on').length;
  const problems = [counted(errors, 'error'), counted(found.length - errors, 'warning')].join(', ');
  const parts = [`${counted(rules.length, 'rule')} (${on} on)`, counted(macros.length, 'macro'), counted(lists.length, 'list')].join(', ');
  const files = counted(loaded.files.length, 'file');
  return ok ? `${files} can be loaded: ${parts}; ${problems}` : `${files} cannot be loaded: ${problems}`;
}
