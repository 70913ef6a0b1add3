import { printable } from '@whoran/kernel';
import type { Comparison, RuleComparison } from './compare.ts';
import type { AuditAlerts } from './count-audit-alerts.ts';

/** What came of running rules over a recording; a part is absent if the recording has no such events, or no rule is about them. */
export interface RecordingReport {
  readonly falco?: Comparison & { readonly events: number };
  readonly audit?: { readonly events: number; readonly alerts: readonly AuditAlerts[] };
}

/** Whether Falco and the rules disagree about an event that is known well enough. */
export function hasDifferences({ falco }: RecordingReport): boolean {
  return (falco?.differences.length ?? 0) > 0;
}

/** The report for a program. */
export function jsonReport({ falco, audit }: RecordingReport): Readonly<Record<string, unknown>> {
  return {
    ...(falco === undefined ? {} : { falco: { ...falco, unknownRules: Object.fromEntries(falco.unknownRules) } }),
    ...(audit === undefined ? {} : { audit }),
  };
}

/** The report for people. */
export function textReport({ falco, audit }: RecordingReport): readonly string[] {
  return [...(falco === undefined ? [] : falcoLines(falco)), ...(audit === undefined ? [] : auditLines(audit))].map(printable);
}

const MOST_DIFFERENCES = 50;

function falcoLines({ events, matching, rules, differences, unknownRules }: NonNullable<RecordingReport['falco']>): readonly string[] {
  const isDecided = ({ decided }: RuleComparison) => decided === events;
  const decided = rules.filter(isDecided);
  const undecided = rules.filter((rule) => !isDecided(rule));
  const others = [...unknownRules].map(([rule, alerts]) => `${rule}: ${alerts}`);
  const messages = differences.map(({ rule, event, what }) => `${rule}: ${event}: ${WORDS.get(what) ?? `${what} differs`}`);
  return [
    `Falco: ${events} events, rule_matching: ${matching === 'all' ? 'all' : 'first, or all'}`,
    ...section('rules decided for every event', decided.length, table(DECIDED, decided.map(decidedRow))),
    ...section('rules not decided for every event', undecided.length, table(UNDECIDED, undecided.map(undecidedRow))),
    ...section('alerts of rules that were not given', others.length, others),
    ...section('differences', messages.length, messages.slice(0, MOST_DIFFERENCES)),
    '',
    summaryOf(rules),
    '',
  ];
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['only-falco', 'Falco raised an alert, the rule does not match'],
  ['only-rules', 'the rule matches, Falco raised no alert'],
  ['engine', 'the rule engine contradicts the decision by parts'],
]);

const DECIDED = ['alerts of Falco', 'matches', 'events of its types', 'loaded by Falco', 'rule'];
const UNDECIDED = ['alerts of Falco', 'where decided', 'matches', 'decided', 'loaded by Falco', 'rule', 'lacks'];

function decidedRow({ rule, matches, falcoAlerts, eventsOfItsTypes, loaded }: RuleComparison): readonly string[] {
  return [...[falcoAlerts, matches, eventsOfItsTypes].map(String), loaded ? 'yes' : 'not seen', rule];
}

function undecidedRow({ rule, decided, matches, falcoAlerts, falcoAlertsDecided, loaded, lacks }: RuleComparison): readonly string[] {
  const numbers = [falcoAlerts, falcoAlertsDecided, matches, decided].map(String);
  return [...numbers, loaded ? 'yes' : 'not seen', rule, lacks.join(', ')];
}

function summaryOf(rules: readonly RuleComparison[]): string {
  const loaded = rules.filter((rule) => rule.loaded);
  const sum = (count: (rule: RuleComparison) => number) => loaded.reduce((total, rule) => total + count(rule), 0);
  const [alerts, decided] = [sum(({ falcoAlerts }) => falcoAlerts), sum(({ falcoAlertsDecided }) => falcoAlertsDecided)];
  const matches = sum((rule) => rule.matches);
  return `rules that Falco had loaded: ${loaded.length}; its alerts: ${alerts}, decided ${decided}; matches where decided: ${matches}`;
}

function auditLines({ events, alerts }: NonNullable<RecordingReport['audit']>): readonly string[] {
  const rows = alerts.filter(({ all }) => all > 0).map(({ rule, all, first }) => [String(all), String(first), rule]);
  const silent = alerts.filter(({ all }) => all === 0).map(({ rule }) => rule);
  return [
    `audit: ${events} events`,
    ...section('rules with alerts, by rule_matching', rows.length, table(['all', 'first', 'rule'], rows)),
    ...section('rules without', silent.length, silent),
  ];
}

/** Columns as wide as they need to be; the last one is not filled up. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function section(title: string, count: number, lines: readonly string[]): readonly string[] {
  return count === 0 ? [] : ['', `${title} (${count})`, ...lines.map((line) => `  ${line}`)];
}
