import {
  type Explanation,
  type LoadedRule,
  type RenderedAlert,
  alertRenderer,
  buildRuleset,
  fieldsNotSent,
  fieldsOf,
  matchesWildcard,
  selectRules,
} from '@whoran/rules';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { type ListStyle, listWriter } from '../render/listing.ts';
import { visible } from '../render/visible.ts';
import { type TestRow, explainedRow, printExplained, testColumns } from '../views/rule-test-view.ts';
import { counted } from './counted.ts';
import { type LoadedGiven, type RuleOptions, loadFaultless } from './load-given.ts';
import { nearest } from './nearest.ts';
import { type GivenEvent, keysOf, readEvents } from './read-events.ts';

/** What the command line says about a test. */
export interface TestOptions extends RuleOptions {
  readonly events: string;
  readonly rule?: readonly string[];
  readonly event?: number;
  readonly explain?: boolean;
  readonly ruleMatching?: 'all' | 'first';
  readonly expect?: readonly string[];
  readonly expectNone?: boolean;
  readonly webhookName: string;
}

/** A rule and an event, and what came of them. */
export interface Tried {
  readonly given: GivenEvent;
  readonly rule: LoadedRule;
  /** The alert; nothing if the event does not match. */
  readonly alert?: RenderedAlert;
  readonly explanation?: Explanation;
}

/** Runs the rules over events of a file and prints which fired on which. */
export async function testRules(options: TestOptions, context: CliContext, style: ListStyle): Promise<void> {
  const { events, problems, others } = readEvents(options.events, options.webhookName);
  const sent = keysOf(events);
  const loaded = loadFaultless(options, sent);
  const rules = chosenRules(loaded, options);
  if (events.length === 0)
    throw new Failure(`${options.events} has no event that rules can be run over${problems.length === 0 ? '' : `: ${problems[0]}`}`);
  const chosen = options.event === undefined ? events : events.filter(({ number }) => number === options.event);
  if (chosen.length === 0)
    throw new Failure(`there are ${events.length} events, and no event ${options.event ?? ''}`, { status: EXIT.usage });
  for (const problem of problems) context.note(`warning: ${visible(`${options.events}: ${problem}`)}`);
  if (others > 0)
    context.note(`${counted(others, 'event')} of Falco’s plugins left out: rules see what the plugin saw, such as audit events`);
  noteMissing(rules, sent, context);
  const fired = new Map<string, number>();
  const writer = listWriter<TestRow>(testColumns, style);
  const isText = style.format === 'table' && options.explain === true;
  for (const tried of tryAll(chosen, rules, { loaded, options })) {
    if (tried.alert !== undefined) fired.set(tried.rule.name, (fired.get(tried.rule.name) ?? 0) + 1);
    await context.out(isText ? printExplained(tried, style) : writer.page([explainedRow(tried)]));
  }
  if (!isText) await context.out(writer.end());
  tell({ events: chosen, rules, fired, unreadable: problems.length }, options, context);
}

/** The rules that are on; rules that are named are run whether they are on or not. */
function chosenRules({ result, settings }: LoadedGiven, { rule: patterns }: TestOptions): readonly LoadedRule[] {
  if (patterns === undefined) return selectRules(result.rules, settings.selections, settings.minPriority);
  for (const pattern of patterns) {
    if (result.rules.some(({ name }) => matchesWildcard(pattern, name))) continue;
    const near = nearest(
      pattern,
      result.rules.map(({ name }) => name),
    );
    throw new Failure(`no rule is called ${pattern}${near === undefined ? '' : `: did you mean ${near}?`}`, { status: EXIT.usage });
  }
  return result.rules.filter(({ name }) => patterns.some((pattern) => matchesWildcard(pattern, name)));
}

interface Trial {
  readonly loaded: LoadedGiven;
  readonly options: TestOptions;
}

/** Matches; with rules that are named and an explanation that is asked for, the others too. */
function* tryAll(events: readonly GivenEvent[], rules: readonly LoadedRule[], { loaded, options }: Trial): Generator<Tried> {
  const { sources, settings } = loaded;
  const ruleset = buildRuleset(rules, sources, { matching: options.ruleMatching ?? settings.matching ?? 'all' });
  const render = new Map(rules.map((rule) => [rule.name, rendererOf(rule, loaded)]));
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  for (const given of events) {
    const matched = new Set(ruleset.evaluate(given.event).map(({ name }) => name));
    const told =
      options.explain && options.rule ? rules.filter(({ source }) => source === given.event.source).map(({ name }) => name) : matched;
    for (const name of told) {
      const rule = byName.get(name);
      if (rule === undefined) continue;
      const alert = matched.has(name) ? render.get(name)?.(given.event) : undefined;
      const explanation = options.explain ? ruleset.explain(given.event, rule) : undefined;
      yield { given, rule, ...(alert === undefined ? {} : { alert }), ...(explanation === undefined ? {} : { explanation }) };
    }
  }
}

function rendererOf(rule: LoadedRule, { sources }: LoadedGiven): (event: GivenEvent['event']) => RenderedAlert | undefined {
  const catalog = sources.find(({ name }) => name === rule.source)?.catalog;
  const render = catalog && alertRenderer(rule, catalog, { isoTime: true });
  return render?.ok ? render.value : () => undefined;
}

const MOST_NAMED = 20;

/** A rule that looks at what no event has may fire on everything, or on nothing. */
function noteMissing(rules: readonly LoadedRule[], sent: ReadonlySet<string> | undefined, context: CliContext): void {
  if (sent === undefined) return;
  const calls = rules.filter(({ source }) => source === 'syscall');
  const blind = calls.flatMap(({ name, condition }) => {
    const missing = fieldsNotSent(fieldsOf(condition), sent);
    return missing.length === 0 ? [] : [`  ${name}: ${missing.join(', ')}`];
  });
  if (blind.length === 0) return;
  const what = `${blind.length} of ${calls.length} rules over system calls look at fields that none of these events carries`;
  context.note(`warning: ${what}; they may fire on too much or on nothing:`);
  for (const line of blind.slice(0, MOST_NAMED)) context.note(visible(line));
  if (blind.length > MOST_NAMED) context.note(`  … and ${blind.length - MOST_NAMED} more; --rule NAME tells of one`);
}

interface Outcome {
  readonly events: readonly GivenEvent[];
  readonly rules: readonly LoadedRule[];
  readonly fired: ReadonlyMap<string, number>;
  readonly unreadable: number;
}

function tell({ events, rules, fired, unreadable }: Outcome, options: TestOptions, context: CliContext): void {
  const sources = new Set(rules.map(({ source }) => source));
  const others = events.filter(({ event }) => !sources.has(event.source)).length;
  const alerts = [...fired.values()].reduce((sum, count) => sum + count, 0);
  context.note(
    `${counted(events.length, 'event')}, ${counted(rules.length, 'rule')}: ${counted(alerts, 'alert')} by ${counted(fired.size, 'rule')}`,
  );
  if (others > 0) context.note(`${counted(others, 'event')} of sources that none of these rules is about`);
  const missed = (options.expect ?? []).filter((pattern) => ![...fired.keys()].some((name) => matchesWildcard(pattern, name)));
  for (const pattern of missed) context.note(`expected, but did not fire: ${visible(pattern)}`);
  const surplus = options.expectNone === true && alerts > 0;
  if (surplus) context.note('expected no alert');
  if (missed.length > 0 || surplus || unreadable > 0) context.finish(EXIT.failed);
}
