import { isDeepStrictEqual } from 'node:util';
import { loadRules, matchesWildcard, parsePriority, parseSelection, selectRules } from '@whoran/rules';
import { type Case, type Kind, type Outcome, differs, passed } from '../kind.ts';
import { anyField } from './catalogs.ts';
import { entriesOf, settingsOf } from './settings.ts';

interface Selection extends Case {
  readonly rules: string;
  readonly rules_section: unknown;
  readonly options: readonly string[];
  readonly priority: string;
  readonly rule_matching: string;
  readonly expect: { readonly exit: number; readonly alerted_rules_in_order: readonly string[]; readonly error: string | null };
}

/** Which of several rules that all match are evaluated, in which order. Where in Falco's configuration an error is, is not compared. */
export const selection: Kind = {
  kind: 'selection',
  run: (it) => {
    const { expect } = it as Selection;
    const actual = run(it as Selection);
    if (typeof actual === 'string') return isSameError(expect.error, actual) ? passed : differs('error', expect.error, actual);
    if (expect.exit !== 0) return differs('error', expect.error, actual);
    return isDeepStrictEqual(actual, expect.alerted_rules_in_order) ? passed : differs('rules', expect.alerted_rules_in_order, actual);
  },
};

const PRIORITIES = 'emergency, alert, critical, error, warning, notice, informational, debug';

function run(it: Selection): readonly string[] | string {
  const minimum = parsePriority(it.priority);
  if (minimum === undefined) return `Error: Unknown priority "${it.priority}"--must be one of ${PRIORITIES}`;
  const matching = it.rule_matching.toLowerCase();
  if (matching !== 'first' && matching !== 'all') {
    return `Error: Unknown rule matching strategy "${it.rule_matching}"--must be one of first, all`;
  }
  const settings = settingsOf(JSON.stringify({ rules: it.rules_section }), it.options);
  const section = parseSelection(entriesOf(settings, 'rules'));
  if (!section.ok) return `Error: bad conversion: ${section.error}`;
  const loaded = loadRules([{ name: 'rules.yaml', text: it.rules }], { sources: [{ name: 'k8s_audit', catalog: anyField }] });
  const names = selectRules(loaded.rules, section.value, minimum).map(({ name }) => name);
  return matching === 'first' ? names.slice(0, 1) : names;
}

function isSameError(expected: string | null, actual: string): boolean {
  if (expected?.endsWith('bad conversion') === true) return actual.startsWith('Error: bad conversion');
  return expected === actual;
}

/** Names with `*`. */
export const ruleWildcard: Kind = {
  kind: 'rule-wildcard',
  run: (it): Outcome => {
    const matches = matchesWildcard(String(it['pattern']), String(it['string']));
    return matches === it['expect'] ? passed : differs('matches', it['expect'], matches);
  },
};
