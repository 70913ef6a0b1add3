import type { RuleEvent } from '../../fields/field.ts';
import type { Read, Test } from '../memory.ts';
import { type Assumptions, type Fact, createAssumptions } from './assume.ts';
import type { Graph, Node } from './graph.ts';
import { type Requirements, createRequirementFinder } from './requirements.ts';

/** A rule and the condition that is left of it where it stands in the index; true if nothing is left to ask. */
export interface PlannedRule<R> {
  readonly rule: R;
  readonly node: Node | true;
}

/** Which rules an event must be tried with: all of these, or those that have a value of one field. */
export type Branch<T> = Leaf<T> | Fork<T>;
interface Leaf<T> {
  readonly kind: 'rules';
  readonly rules: readonly T[];
}
interface Fork<T> {
  readonly kind: 'field';
  readonly read: Read;
  readonly values: ReadonlyMap<string, Branch<T>>;
  readonly otherwise: Branch<T>;
}

/** A rule that is ready to be tried. */
export interface Candidate<R> {
  readonly rule: R;
  readonly test: Test;
}

/** The rules that the event must be tried with, in their order. */
export function candidatesFor<T>(root: Branch<T>, event: RuleEvent): readonly T[] {
  let branch = root;
  while (branch.kind === 'field') {
    const value = branch.read(event);
    branch = (typeof value === 'string' ? branch.values.get(value) : undefined) ?? branch.otherwise;
  }
  return branch.rules;
}

/** The same index with other rules at its leaves. */
export function mapRules<T, U>(branch: Branch<T>, map: (rules: readonly T[]) => readonly U[]): Branch<U> {
  if (branch.kind === 'rules') return { kind: 'rules', rules: map(branch.rules) };
  const values = new Map([...branch.values].map(([value, below]) => [value, mapRules(below, map)]));
  return { kind: 'field', read: branch.read, values, otherwise: mapRules(branch.otherwise, map) };
}

/** So few rules are tried as they are. */
const FEW = 2;
/** How many fields are looked at one after the other: fewer, if the rules are so many that it would take long to make the index. */
const LEVELS = [3, 2, 1] as const;
/** How many conditions are simplified to make an index. */
const MAX_NODES = 200_000;
/** How many rules all branches together may have. */
const MAX_ENTRIES = 100_000;

/** What an index is made with. */
interface Tools {
  readonly requirementsOf: (node: Node) => Requirements;
  readonly assumptions: Assumptions;
}

/**
 * Indexes rules, in their order, by the fields that they require a value of: for each group of rules the field that leaves the fewest
 * to try. A rule that an event cannot match costs nothing, and what the index has found out is not asked again.
 */
export function indexRules<R>(rules: readonly PlannedRule<R>[], graph: Graph): Branch<PlannedRule<R>> {
  const requirementsOf = createRequirementFinder();
  for (const levels of LEVELS) {
    const assumptions = createAssumptions(graph, MAX_NODES);
    const index = grow(rules, { requirementsOf, assumptions }, { levels, entries: MAX_ENTRIES });
    if (!assumptions.isExhausted()) return index;
  }
  return grow(rules, { requirementsOf, assumptions: createAssumptions(graph, 0) }, { levels: 1, entries: MAX_ENTRIES });
}

interface Bounds {
  readonly levels: number;
  /** How many rules the branches below may have together. */
  readonly entries: number;
}

function grow<R>(rules: readonly PlannedRule<R>[], tools: Tools, { levels, entries }: Bounds): Branch<PlannedRule<R>> {
  const required = rules.map(({ node }) => (node === true ? NOTHING : tools.requirementsOf(node)));
  const key = rules.length <= FEW || levels === 0 ? undefined : bestField(required);
  const read = key === undefined ? undefined : required.flatMap((requirements) => requirements.get(key) ?? [])[0]?.operand.read;
  if (key === undefined || read === undefined) return { kind: 'rules', rules };
  const { byValue, others } = split(rules, required, key);
  if (leftAfter(required, key) * (byValue.size + 1) > entries) return { kind: 'rules', rules };
  const below = { levels: levels - 1, entries: Math.floor(entries / (byValue.size + 1)) };
  const isNoneOf = new Set(byValue.keys());
  const branchFor = (some: readonly PlannedRule<R>[], known: Fact['known']) => grow(knowing(some, { key, known }, tools), tools, below);
  const values = new Map([...byValue].map(([is, some]) => [is, branchFor(some, { is })]));
  return { kind: 'field', read, values, otherwise: branchFor(others, { isNoneOf }) };
}

const NOTHING: Requirements = new Map();

interface Split<R> {
  readonly byValue: ReadonlyMap<string, readonly PlannedRule<R>[]>;
  /** Those that may match whatever the field has. */
  readonly others: readonly PlannedRule<R>[];
}

/** Rules that do not require the field are under every value, in their order. */
function split<R>(rules: readonly PlannedRule<R>[], required: readonly Requirements[], key: string): Split<R> {
  const asked = required.flatMap((requirements) => [...(requirements.get(key)?.values ?? [])]);
  const byValue = new Map(asked.map((value): [string, PlannedRule<R>[]] => [value, []]));
  for (const [index, rule] of rules.entries()) {
    for (const value of required[index]?.get(key)?.values ?? byValue.keys()) byValue.get(value)?.push(rule);
  }
  return { byValue, others: rules.filter((_, index) => required[index]?.has(key) === false) };
}

/** What is left of the rules when something is known; those that cannot match any more are not among them. */
function knowing<R>(rules: readonly PlannedRule<R>[], fact: Fact, { assumptions }: Tools): readonly PlannedRule<R>[] {
  return rules.flatMap(({ rule, node }) => {
    const left = node === true || assumptions.simplify(node, fact);
    return left === false ? [] : [{ rule, node: left }];
  });
}

/** Only so many fields are compared, those that the most rules require. */
const MAX_FIELDS = 30;

/** The field after which the fewest rules are left on average, if it is fewer than before. */
function bestField(required: readonly Requirements[]): string | undefined {
  let best: { readonly key: string; readonly left: number } | undefined;
  for (const key of mostRequired(required)) {
    const left = leftAfter(required, key);
    if (left < required.length && (best === undefined || left < best.left)) best = { key, left };
  }
  return best?.key;
}

function mostRequired(required: readonly Requirements[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const requirements of required) for (const key of requirements.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  return sorted.slice(0, MAX_FIELDS).map(([key]) => key);
}

/** How many rules are left on average when the field is known; one branch more is for values that no rule asks for. */
function leftAfter(required: readonly Requirements[], key: string): number {
  const values = new Set<string>();
  let [open, entries] = [0, 0];
  for (const requirements of required) {
    const requirement = requirements.get(key);
    if (requirement === undefined) open += 1;
    else {
      entries += requirement.values.size;
      for (const value of requirement.values) values.add(value);
    }
  }
  return open + entries / (values.size + 1);
}
