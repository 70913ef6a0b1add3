import type { RuleEvent } from '../../fields/field.ts';
import type { Read, Test } from '../memory.ts';
import type { Requirements } from './requirements.ts';

/** A rule that may match, in its place among the others. */
export interface PlannedRule<R> {
  readonly rule: R;
  readonly test: Test;
  readonly requirements: Requirements;
}

/** Which rules an event must be tried with: all of these, or those that have a value of one field. */
type Branch<R> =
  | { readonly kind: 'rules'; readonly rules: readonly PlannedRule<R>[] }
  | { readonly kind: 'field'; readonly read: Read; readonly values: ReadonlyMap<string, Branch<R>>; readonly otherwise: Branch<R> };

/** Finds the rules that an event must be tried with. */
export type RuleIndex<R> = (event: RuleEvent) => readonly PlannedRule<R>[];

/** So few rules are tried as they are. */
const FEW = 2;
/** How many fields are looked at one after the other, at most. */
const MAX_LEVELS = 3;
/** How many rules all branches together may have; rule sets that would need more are indexed by fewer fields. */
const MAX_ENTRIES = 100_000;

/**
 * Indexes rules, in their order, by the fields that they require a value of: for each group of rules the field that leaves the fewest
 * to try. A rule that an event cannot match costs nothing.
 */
export function indexRules<R>(rules: readonly PlannedRule<R>[]): RuleIndex<R> {
  const root = grow(rules, { levels: MAX_LEVELS, entries: MAX_ENTRIES });
  return (event) => {
    let branch = root;
    while (branch.kind === 'field') {
      const value = branch.read(event);
      branch = (typeof value === 'string' ? branch.values.get(value) : undefined) ?? branch.otherwise;
    }
    return branch.rules;
  };
}

interface Bounds {
  readonly levels: number;
  /** How many rules the branches below may have together. */
  readonly entries: number;
}

function grow<R>(rules: readonly PlannedRule<R>[], { levels, entries }: Bounds): Branch<R> {
  const leaf: Branch<R> = { kind: 'rules', rules };
  const best = rules.length <= FEW || levels === 0 ? undefined : bestField(rules);
  if (best === undefined) return leaf;
  const { read, byValue, others } = splitBy(rules, best);
  const size = [...byValue.values()].reduce((sum, some) => sum + some.length, others.length);
  if (size > entries) return leaf;
  const below = { levels: levels - 1, entries: Math.floor(entries / (byValue.size + 1)) };
  const values = new Map([...byValue].map(([value, some]) => [value, grow(some, below)]));
  return { kind: 'field', read, values, otherwise: grow(others, below) };
}

/** The field after which the fewest rules are left on average, if it is fewer than before. */
function bestField<R>(rules: readonly PlannedRule<R>[]): string | undefined {
  let best: { readonly key: string; readonly left: number } | undefined;
  for (const key of new Set(rules.flatMap(({ requirements }) => [...requirements.keys()]))) {
    const left = rulesLeft(rules, key);
    if (left < rules.length && (best === undefined || left < best.left)) best = { key, left };
  }
  return best?.key;
}

function rulesLeft<R>(rules: readonly PlannedRule<R>[], key: string): number {
  const values = new Set<string>();
  let [open, entries] = [0, 0];
  for (const { requirements } of rules) {
    const requirement = requirements.get(key);
    if (requirement === undefined) open += 1;
    else {
      entries += requirement.values.size;
      for (const value of requirement.values) values.add(value);
    }
  }
  // One more for the events whose value no rule asks for.
  return open + entries / (values.size + 1);
}

interface Split<R> {
  readonly read: Read;
  readonly byValue: ReadonlyMap<string, readonly PlannedRule<R>[]>;
  readonly others: readonly PlannedRule<R>[];
}

/** Rules that do not require the field come under every value. Once it is known, its requirement says nothing more. */
function splitBy<R>(rules: readonly PlannedRule<R>[], key: string): Split<R> {
  const asked = new Set(rules.flatMap(({ requirements }) => [...(requirements.get(key)?.values ?? [])]));
  const read = rules.flatMap(({ requirements }) => requirements.get(key) ?? [])[0]?.operand.read ?? (() => undefined);
  const rest = rules.map((rule) => ({ ...rule, requirements: without(rule.requirements, key) }));
  const fits = (index: number, value: string) => rules[index]?.requirements.get(key)?.values.has(value) ?? true;
  const byValue = new Map([...asked].map((value) => [value, rest.filter((_, index) => fits(index, value))]));
  return { read, byValue, others: rest.filter((_, index) => rules[index]?.requirements.has(key) === false) };
}

function without(requirements: Requirements, key: string): Requirements {
  const rest = new Map(requirements);
  rest.delete(key);
  return rest;
}
