import { type RuleEvent, type RuleMatching, type Ruleset, eventTypesOf } from '@whoran/rules';
import { type AlertPart, differingPart } from './compare-alert.ts';
import { type Decider, type Decision, createDecider } from './decide.ts';
import type { FalcoEvent } from './read-events.ts';
import type { ReadyRule } from './ready-rules.ts';
import { FALCO_FIELDS } from './sources.ts';

/** How one rule did over Falco's events. */
export interface RuleComparison {
  readonly rule: string;
  readonly file: string;
  /** Whether Falco had loaded it, as far as the recording shows: it has an alert of a rule of the same file. */
  readonly loaded: boolean;
  /** How many events there are of the types that it is about; if there are none, that it is decided says nothing. */
  readonly eventsOfItsTypes: number;
  /** For how many events, of whatever type, the recording says enough to decide. */
  readonly decided: number;
  /** The fields that the others lack, sorted. */
  readonly lacks: readonly string[];
  /** Matches among the decided events. */
  readonly matches: number;
  readonly falcoAlerts: number;
  /** Falco's alerts among the decided events. */
  readonly falcoAlertsDecided: number;
}

/** An event about which Falco and the rules disagree. */
export interface Difference {
  readonly rule: string;
  /** `evt.num`, and the time that Falco gave. */
  readonly event: string;
  readonly what: 'only-falco' | 'only-rules' | 'engine' | AlertPart;
}

/** What came of running rules over Falco's events. */
export interface Comparison {
  /** `all` if an event has alerts of several rules; Falco may otherwise have stopped at the first. */
  readonly matching: RuleMatching;
  readonly rules: readonly RuleComparison[];
  readonly differences: readonly Difference[];
  /** Rules of Falco's alerts that were not given, with the number of their alerts. */
  readonly unknownRules: ReadonlyMap<string, number>;
}

interface Tally {
  readonly ready: ReadyRule;
  readonly loaded: boolean;
  readonly lacks: Set<string>;
  decided: number;
  matches: number;
  falcoAlerts: number;
  falcoAlertsDecided: number;
}

/**
 * Compares what rules say of Falco's events with the alerts that Falco raised. Rules are in Falco's order; `ruleset` has the same
 * rules and gives all matches. A match without an alert counts for rules that Falco had loaded, and not behind the first match if
 * Falco stopped there.
 */
export function compareWithFalco(rules: readonly ReadyRule[], ruleset: Ruleset, events: readonly FalcoEvent[]): Comparison {
  const matching = events.some(({ alerts }) => alerts.size > 1) ? 'all' : 'first';
  const alerting = new Set(events.flatMap(({ alerts }) => [...alerts.keys()]));
  const loadedFiles = new Set(rules.filter(({ rule }) => alerting.has(rule.name)).map(({ rule }) => rule.file));
  const tallies = rules.map((ready): Tally => {
    const counts = { decided: 0, matches: 0, falcoAlerts: 0, falcoAlertsDecided: 0 };
    return { ready, loaded: loadedFiles.has(ready.rule.file), lacks: new Set(), ...counts };
  });
  const decider = createDecider(FALCO_FIELDS);
  const differences = events.flatMap((event) => compareEvent(tallies, event, { matching, decider, ruleset }));
  return {
    matching,
    rules: tallies.map((tally) => comparisonOf(tally, events)),
    differences,
    unknownRules: alertsOfOthers(events, new Set(rules.map(({ rule }) => rule.name))),
  };
}

interface Work {
  readonly matching: RuleMatching;
  readonly decider: Decider;
  readonly ruleset: Ruleset;
}

function compareEvent(tallies: readonly Tally[], falco: FalcoEvent, { matching, decider, ruleset }: Work): readonly Difference[] {
  const decide = decider(falco);
  const matched = new Set(ruleset.evaluate(falco.event));
  const differences: Difference[] = [];
  const firstAlert = tallies.findIndex(({ ready }) => falco.alerts.has(ready.rule.name));
  for (const [place, tally] of tallies.entries()) {
    const decision = decide(tally.ready.rule.condition);
    const mustAlert = tally.loaded && (matching === 'all' || place < firstAlert);
    const matches = matched.has(tally.ready.rule);
    count(tally, decision, { matches, alerts: falco.alerts.has(tally.ready.rule.name) });
    const what = differenceOf(tally.ready, falco, { decision, matches, mustAlert });
    if (what !== undefined) differences.push({ rule: tally.ready.rule.name, event: nameOf(falco.event), what });
  }
  return differences;
}

interface Answer {
  readonly decision: Decision;
  /** What the rule engine says. */
  readonly matches: boolean;
  /** Whether Falco would have raised an alert if the rule matched. */
  readonly mustAlert: boolean;
}

function differenceOf(
  { rule, render }: ReadyRule,
  falco: FalcoEvent,
  { decision, matches, mustAlert }: Answer,
): Difference['what'] | undefined {
  if (decision.verdict === 'unknown') return undefined;
  if (decision.verdict !== matches) return 'engine';
  const alert = falco.alerts.get(rule.name);
  if (alert === undefined) return matches && mustAlert ? 'only-rules' : undefined;
  return matches ? differingPart(render(falco.event), alert) : 'only-falco';
}

function count(tally: Tally, { verdict, lacks }: Decision, answer: { readonly matches: boolean; readonly alerts: boolean }): void {
  if (answer.alerts) tally.falcoAlerts += 1;
  for (const field of lacks) tally.lacks.add(field);
  if (verdict === 'unknown') return;
  tally.decided += 1;
  if (answer.matches) tally.matches += 1;
  if (answer.alerts) tally.falcoAlertsDecided += 1;
}

function comparisonOf({ ready: { rule }, lacks, ...tally }: Tally, events: readonly FalcoEvent[]): RuleComparison {
  const { allBut, names } = eventTypesOf(rule.condition);
  const eventsOfItsTypes = events.filter(({ event }) => names.has(String(event.document['evt.type'])) !== allBut).length;
  return { rule: rule.name, file: rule.file, ...tally, lacks: [...lacks].toSorted(), eventsOfItsTypes };
}

function alertsOfOthers(events: readonly FalcoEvent[], given: ReadonlySet<string>): ReadonlyMap<string, number> {
  const alerts = events.flatMap((event) => [...event.alerts.keys()].filter((rule) => !given.has(rule)));
  return new Map([...Map.groupBy(alerts, (rule) => rule)].map(([rule, all]) => [rule, all.length]));
}

function nameOf({ document, time }: RuleEvent): string {
  return `evt.num ${String(document['evt.num'])} at ${time}`;
}
