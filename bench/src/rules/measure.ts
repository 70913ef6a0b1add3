/** A process that reads events and evaluates rules over them, beside what reading alone takes. */
import { type Ruleset, buildRuleset } from '@whoran/rules';
import { type Source, read, recordedTexts, ruleEventOf } from './events.ts';
import { loadFiles, sources } from './load.ts';

/** What the parent process asks for. */
export interface Measurement {
  readonly source: Source;
  /** Paths of rule files, in their order. */
  readonly rules: readonly string[];
  readonly seconds: number;
}

/** How fast something went. */
export interface Speed {
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
}

/** What one source came to; without rules for it there are no speeds. */
export interface Measured {
  readonly rules: number;
  readonly events: number;
  /** How many rules the recorded events match. */
  readonly matches: number;
  /** JSON.parse of the same bytes and nothing else. */
  readonly bare: Speed;
  /** Rules over events that were read before. */
  readonly evaluation: Speed;
  /** JSON.parse and the rules. */
  readonly whole: Speed;
  /** Reading as the product does it, which loses no digits, and the rules. */
  readonly product: Speed;
}

process.on('message', (measurement: Measurement) => process.send?.(measure(measurement)));

function measure({ source, rules, seconds }: Measurement): Measured {
  const { ruleset, count } = open(source, rules);
  const texts = recordedTexts(source);
  const events = texts.map((text) => ruleEventOf(source, read(text)));
  const contenders: readonly Contender[] = [
    () => texts.forEach((text) => JSON.parse(text) as unknown),
    () => events.forEach((event) => ruleset.evaluate(event)),
    () => texts.forEach((text) => ruleset.evaluate(ruleEventOf(source, JSON.parse(text)))),
    () => texts.forEach((text) => ruleset.evaluate(ruleEventOf(source, read(text)))),
  ];
  const [bare, evaluation, whole, product] = race(contenders, { seconds, events: texts.length }) as [Speed, Speed, Speed, Speed];
  const matches = events.reduce((sum, event) => sum + ruleset.evaluate(event).length, 0);
  return { rules: count, events: texts.length, matches, bare, evaluation, whole, product };
}

function open(source: Source, paths: readonly string[]): { readonly ruleset: Ruleset; readonly count: number } {
  const rules = loadFiles(paths);
  if (!rules.ok) throw new Error(rules.error);
  const chosen = rules.value.filter((rule) => rule.source === source);
  return { ruleset: buildRuleset(chosen, sources, { matching: 'first' }), count: chosen.length };
}

type Contender = () => void;
const ROUND = 100;

/** Runs them in turns of a tenth of a second, so that whatever else the machine does hits all of them; the first turns warm up. */
function race(
  contenders: readonly Contender[],
  { seconds, events }: { readonly seconds: number; readonly events: number },
): readonly Speed[] {
  const totals = contenders.map(() => ({ rounds: 0, milliseconds: 0, cpu: 0 }));
  const turns = Math.ceil((seconds * 1000) / ROUND);
  for (let turn = -Math.ceil(turns / 4); turn < turns; turn += 1) {
    for (const [index, contender] of contenders.entries()) {
      const took = runTurn(contender);
      const total = totals[index];
      if (turn < 0 || !total) continue;
      total.rounds += took.rounds;
      total.milliseconds += took.milliseconds;
      total.cpu += took.cpu;
    }
  }
  return totals.map(({ rounds, milliseconds, cpu }) => ({
    eventsPerSecond: Math.round((rounds * events * 1000) / milliseconds),
    cpuMicrosPerEvent: Math.round((cpu * 100) / (rounds * events)) / 100,
  }));
}

function runTurn(contender: Contender): { readonly rounds: number; readonly milliseconds: number; readonly cpu: number } {
  const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
  let rounds = 0;
  for (; performance.now() - began < ROUND; rounds += 1) contender();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { rounds, milliseconds: performance.now() - began, cpu: user + system };
}
