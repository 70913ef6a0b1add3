import { type RuleSelection, isAtLeast, matchesWildcard } from '@whoran/rules';
import type { LoadedGiven } from './load-given.ts';

/** A rule, whether it is run, and why. */
export interface RuleRow {
  readonly rule: string;
  readonly source: string;
  readonly priority: string;
  readonly state: 'on' | 'off' | 'left out';
  readonly why: string;
  readonly tags: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** Every rule that the files define, in the order of their first definitions, those that cannot be run too. */
export function rowsOf(loaded: LoadedGiven): readonly RuleRow[] {
  const { result, places } = loaded;
  const rules = new Map(result.rules.map((rule) => [rule.name, rule]));
  const defined = new Map(
    places.flatMap((place) => (place.rule === undefined ? [] : [[place.name, { ...place.rule, ...place }] as const])),
  );
  return [...defined].map(([name, place]) => {
    const rule = rules.get(name);
    const { source, priority, tags } = rule ?? place;
    const state = rule === undefined ? ({ state: 'left out', why: whyLeftOut(name, source, loaded) } as const) : stateOf(rule, loaded);
    return { rule: name, source, priority, ...state, tags, file: place.file, line: place.line };
  });
}

function whyLeftOut(name: string, source: string, { sources, issues }: LoadedGiven): string {
  if (sources.every((known) => known.name !== source)) return `unknown source ${source}`;
  const issue = issues.find(({ code, severity, locations }) => {
    const isReason = severity === 'error' || code === 'LOAD_UNKNOWN_FILTER';
    return isReason && locations.some(({ itemType, itemName }) => itemType === 'rule' && itemName === name);
  });
  if (issue?.severity === 'error') return `error: ${issue.message}`;
  return issue === undefined ? 'it uses a macro that has an error' : `unknown field: ${issue.message}`;
}

type Rule = LoadedGiven['result']['rules'][number];

/** As selectRules decides, with the last reason for it. */
function stateOf(rule: Rule, { settings, places }: LoadedGiven): Pick<RuleRow, 'state' | 'why'> {
  const { minPriority, selections } = settings;
  if (minPriority !== undefined && !isAtLeast(rule.priority, minPriority)) return { state: 'off', why: `below priority ${minPriority}` };
  let state: 'on' | 'off' = rule.enabled ? 'on' : 'off';
  let why = rule.enabled ? 'as the file says' : whereDisabled(rule.name, places);
  for (const selection of selections) {
    const match = matchOf(selection, rule);
    if (match !== undefined) [state, why] = [selection.operation === 'enable' ? 'on' : 'off', `settings: ${selection.operation} ${match}`];
  }
  return { state, why };
}

function matchOf({ rule: pattern, tag }: RuleSelection, { name, tags }: Rule): string | undefined {
  if (pattern !== undefined && matchesWildcard(pattern, name)) return `rule ${pattern}`;
  return tag !== undefined && tags.includes(tag) ? `tag ${tag}` : undefined;
}

function whereDisabled(name: string, places: LoadedGiven['places']): string {
  const by = places.findLast(
    ({ kind, name: other, change, parts, rule }) =>
      kind === 'rule' &&
      other === name &&
      (change === 'switch' || rule !== undefined || (change === 'replace' && parts.includes('enabled'))),
  );
  return by === undefined ? 'disabled' : `disabled at ${by.file}:${by.line}`;
}
