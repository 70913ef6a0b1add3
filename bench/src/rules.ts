import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Comparison, compare, loadNow, printComparisons } from './goals.ts';
import { SOURCES, type Source } from './rules/events.ts';
import { loadFiles } from './rules/load.ts';
import type { Measured, Measurement } from './rules/measure.ts';
import { startWorker } from './worker.ts';

/** How rules are measured. */
export interface RulesBenchOptions {
  /** Rule files; those that we ship if there are none. */
  readonly rules?: readonly string[];
  readonly seconds: number;
  readonly json: boolean;
}

/** JSON.parse and rules together: rules may take as long as reading does. */
const WHOLE_GOAL = 0.5;
const RULES_GOAL = 1;
const FALCO_EVENTS_GOAL = 25_000;
const NAMES: Readonly<Record<Source, string>> = { k8s_audit: 'audit events', syscall: 'attributed Falco events' };
const SHIPPED = new URL('../../deploy/rules/', import.meta.url);

/** What one source came to, beside the goals. */
interface Outcome extends Pick<Measured, 'rules' | 'events' | 'matches'> {
  readonly source: Source;
  readonly comparisons: readonly Comparison[];
  /** Events, read with all digits and evaluated, in one second of a core's time. */
  readonly perCore: number;
  /** How many that shall be; nothing where no goal is set. */
  readonly goal: number | undefined;
  readonly met: boolean | undefined;
}

/** Measures reading recorded events and evaluating rules over them, on one core, beside JSON.parse of the same bytes. */
export async function benchRules({ rules = shipped(), seconds, json }: RulesBenchOptions): Promise<void> {
  const before = loadNow();
  const paths = rules.map((path) => resolve(process.env['INIT_CWD'] ?? '.', path));
  const loaded = loadFiles(paths);
  if (!loaded.ok) {
    process.stderr.write(`error: the rules cannot be measured: ${loaded.error}\n`);
    process.exitCode = 1;
    return;
  }
  const outcomes: Outcome[] = [];
  for (const source of SOURCES) outcomes.push(await measure({ source, rules: paths, seconds }));
  if (json) process.stdout.write(`${JSON.stringify({ bench: 'rules', loadBefore: before, results: outcomes })}\n`);
  else print(outcomes, before);
}

function shipped(): readonly string[] {
  const names = readdirSync(SHIPPED).filter((name) => name.endsWith('.yaml'));
  return names.toSorted().map((name) => fileURLToPath(new URL(name, SHIPPED)));
}

async function measure(measurement: Measurement): Promise<Outcome> {
  const worker = startWorker<Measurement, Measured>('./rules/measure.ts');
  try {
    const { bare, evaluation, whole, product, rules, events, matches } = await worker.ask(measurement);
    const { source } = measurement;
    const name = NAMES[source];
    const comparisons = [
      compare(`${name}, JSON.parse and rules`, whole, bare, WHOLE_GOAL),
      compare(`${name}, read with all digits, and rules`, product, bare),
      compare(`${name}, rules alone`, evaluation, bare, RULES_GOAL),
    ];
    const perCore = Math.round(1e6 / product.cpuMicrosPerEvent);
    const goal = source === 'syscall' ? FALCO_EVENTS_GOAL : undefined;
    return { source, rules, events, matches, comparisons, perCore, goal, met: goal === undefined ? undefined : perCore >= goal };
  } finally {
    await worker.stop();
  }
}

function print(outcomes: readonly Outcome[], before: number): void {
  process.stdout.write(
    printComparisons(
      outcomes.flatMap(({ comparisons }) => comparisons),
      'bare JSON.parse',
      before,
    ),
  );
  for (const { source, rules, events, matches, perCore, goal, met } of outcomes) {
    const beside = goal === undefined ? '' : ` (goal ${goal}: ${met ? 'met' : 'missed'})`;
    const found = `${rules} rules, ${matches} matches in ${events} recorded events`;
    process.stdout.write(`${NAMES[source]}: ${found}; read with all digits, ${perCore} in a second of a core's time${beside}\n`);
  }
}
