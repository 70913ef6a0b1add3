import type { Alert } from '@whoran/contracts';
import { type Result, err, ok } from '@whoran/kernel';
import { LABELS, valuesOf } from './labels.ts';
import { closedValues } from './closed-values.ts';
import { compilePattern } from './pattern.ts';

/** How a matcher compares. */
export const OPERATORS = ['=', '!=', '=~', '!~'] as const;
/** One of OPERATORS. */
export type Operator = (typeof OPERATORS)[number];

/** A matcher as it is kept: plain data. */
export interface MatcherSpec {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

/** What an alert is asked. With several values, = and =~ ask for one that fits, != and !~ for none. */
export interface Matcher extends MatcherSpec {
  readonly matches: (alert: Alert) => boolean;
  /** Whether an alert without this label matches. */
  readonly matchesEmpty: boolean;
}

/** Makes a matcher that can be asked; the error says what is wrong with it. */
export function compileMatcher({ name, operator, value }: MatcherSpec): Result<Matcher, string> {
  const values = valuesOf(name);
  if (!values) {
    const labels = Object.keys(LABELS).join(', ');
    return err(`matches on "${name}", which is none of ${labels}, nor a field of Falco's such as "proc.name"`);
  }
  const isPattern = operator.endsWith('~');
  const problem = isPattern ? undefined : closedValues(name, value);
  if (problem !== undefined) return err(problem);
  const test = isPattern ? compilePattern(value) : ok((candidate: string) => candidate === value);
  if (!test.ok) return test;
  const negative = operator.startsWith('!');
  const fits = test.value;
  const matches = (alert: Alert) => values(alert).some(fits) !== negative;
  return ok({ name, operator, value, matches, matchesEmpty: fits('') !== negative });
}

/** Whether an alert has all that the matchers ask for. */
export function matchesAll(matchers: readonly Matcher[], alert: Alert): boolean {
  return matchers.every((matcher) => matcher.matches(alert));
}
