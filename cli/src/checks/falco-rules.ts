import type { CheckRecord } from '@whoran/forensics-api';
import { bad, good, odd } from './check.ts';
import { listOf, mapOf, textsOf } from './read-yaml.ts';

/** A rule that feeds lineage: which events it must match, and what is lost without it. */
interface LineageRule {
  readonly name: string;
  readonly events: readonly string[];
  readonly shows: string;
}

const LINEAGE_RULES: readonly LineageRule[] = [
  { name: 'lineage-starts', events: ['execve', 'execveat'], shows: 'program starts' },
  { name: 'lineage-forks', events: ['clone', 'clone3', 'fork', 'vfork'], shows: 'forks' },
];

interface Rule {
  readonly name: string;
  readonly condition: string;
  readonly output: string;
  readonly enabled: boolean;
}

/** Whether a Falco rule file (its YAML documents) has the two rules that lineage is built from. */
export function checkFalcoRules(documents: readonly unknown[], file: string): readonly CheckRecord[] {
  const rules = rulesOf(documents);
  return LINEAGE_RULES.flatMap((wanted) => checkRule(wanted, rules, file));
}

/** The fields in the outputs of the lineage rules: Falco sends them without `append_output`. */
export function fieldsInOutputs(documents: readonly unknown[]): readonly string[] {
  const lineage = rulesOf(documents).filter((rule) => LINEAGE_RULES.some((wanted) => feeds(rule, wanted)));
  return lineage.flatMap(({ output }) => [...output.matchAll(/%([a-z][a-z0-9._]*(?:\[[^\]]{0,200}\])?)/gi)].map(([, field = '']) => field));
}

function checkRule(wanted: LineageRule, rules: readonly Rule[], file: string): readonly CheckRecord[] {
  const found = rules.filter((rule) => feeds(rule, wanted));
  const rule = found.find(({ enabled }) => enabled);
  const load = 'copy deploy/falco/whoran-rules.yaml into a folder that rules_files lists';
  if (!rule) {
    const disabled = found[0];
    if (disabled) return [bad(wanted.name, `the rule "${disabled.name}" in ${file} is disabled`, 'enable it')];
    return [bad(wanted.name, `no rule in ${file} matches all ${wanted.shows} (${wanted.events.join(', ')})`, load)];
  }
  if (wanted.events[0] === 'execve' && !/evt\.res\s*=\s*SUCCESS/.test(rule.condition)) {
    return [
      odd(
        wanted.name,
        `the rule "${rule.name}" in ${file} also matches starts that failed: every PATH look-up is an event`,
        'add evt.res=SUCCESS to its condition',
      ),
    ];
  }
  return [good(wanted.name, `the rule "${rule.name}" in ${file} sends ${wanted.shows}`)];
}

/** All of the event types must be named, as words of their own: `clone` is also the beginning of `clone3`. */
function feeds(rule: Rule, wanted: LineageRule): boolean {
  const words = new Set(rule.condition.split(/[^a-z0-9_.]+/i));
  return words.has('evt.type') && wanted.events.every((event) => words.has(event));
}

function rulesOf(documents: readonly unknown[]): readonly Rule[] {
  const items = documents.flatMap(listOf).map(mapOf);
  const switched = new Map(items.filter(isSwitch).map((item) => [String(item['rule']), item['enabled'] === true]));
  return items
    .filter((item) => typeof item['rule'] === 'string' && typeof item['condition'] === 'string' && !isAppended(item))
    .map((item) => ({
      name: String(item['rule']),
      condition: String(item['condition']),
      output: typeof item['output'] === 'string' ? item['output'] : '',
      enabled: switched.get(String(item['rule'])) ?? item['enabled'] !== false,
    }));
}

/** `- rule: name` with nothing but `enabled` switches a rule on or off further down. */
function isSwitch(item: Readonly<Record<string, unknown>>): boolean {
  return typeof item['enabled'] === 'boolean' && item['condition'] === undefined;
}

function isAppended(item: Readonly<Record<string, unknown>>): boolean {
  return item['append'] === true || Object.keys(mapOf(item['override'])).length > 0 || textsOf(item['override']).length > 0;
}
