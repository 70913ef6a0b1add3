import { type RuleEvent, buildRuleset } from '@whoran/rules';
import type { ReadyRule } from './ready-rules.ts';
import { SOURCES } from './sources.ts';

/** How many audit events a rule matched. */
export interface AuditAlerts {
  readonly rule: string;
  readonly file: string;
  /** With `rule_matching: all`. */
  readonly all: number;
  /** With `rule_matching: first`, Falco's default: an event counts for the first of its rules only. */
  readonly first: number;
}

/** Counts the matches of rules over audit events, in the order of the rules. */
export function countAuditAlerts(rules: readonly ReadyRule[], events: readonly RuleEvent[]): readonly AuditAlerts[] {
  const plain = rules.map(({ rule }) => rule);
  const count = (matching: 'first' | 'all') => {
    const ruleset = buildRuleset(plain, SOURCES, { matching });
    const matches = events.flatMap((event) => ruleset.evaluate(event).map(({ name }) => name));
    return Map.groupBy(matches, (name) => name);
  };
  const [all, first] = [count('all'), count('first')];
  const numbers = plain.map(({ name, file }) => ({
    rule: name,
    file,
    all: all.get(name)?.length ?? 0,
    first: first.get(name)?.length ?? 0,
  }));
  return numbers;
}
