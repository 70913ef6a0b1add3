import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { EventSource } from '../load/load-rules.ts';
import type { Rule } from '../rule.ts';
import { type Explanation, explainCondition } from './explain.ts';
import { type Memory, createMemory } from './memory.ts';
import { createTestBuilder, sharedNodes } from './plan/build-test.ts';
import { createConditionCompiler } from './plan/condition-compiler.ts';
import type { Node } from './plan/graph.ts';
import { type Branch, type Candidate, type PlannedRule, candidatesFor, indexRules, mapRules } from './plan/rule-index.ts';

/** How many rules one event may match: the first in their order, as Falco does unless told otherwise, or all. */
export type RuleMatching = 'first' | 'all';

/** Rules that are ready to be evaluated. */
export interface Ruleset {
  /** The rules that the event matches, in their order. Total; not to be called from within itself. */
  evaluate(event: RuleEvent): readonly Rule[];
  /** Why the event matches the condition of the rule, or not. Throws for a rule of a source that is not there. */
  explain(event: RuleEvent, rule: Rule): Explanation;
}

/** The rules of one source. */
interface Section {
  evaluate(event: RuleEvent): readonly Rule[];
}

const NOTHING: readonly Rule[] = [];

/**
 * Makes rules ready: every rule that is given is evaluated, in this order, whatever its `enabled` says; see selectRules. What several
 * of them ask is asked once per event, and rules that an event cannot match are not tried. Rules of other sources never match. Throws
 * if a condition does not fit its source's fields, which loading has made sure of.
 */
export function buildRuleset(
  rules: readonly Rule[],
  sources: readonly EventSource[],
  { matching }: { readonly matching: RuleMatching },
): Ruleset {
  const sections = new Map(
    sources.map(({ name, catalog }) => [
      name,
      buildSection(
        rules.filter(({ source }) => source === name),
        catalog,
        matching,
      ),
    ]),
  );
  const catalogs = new Map(sources.map(({ name, catalog }) => [name, catalog]));
  return {
    evaluate: (event) => sections.get(event.source)?.evaluate(event) ?? NOTHING,
    explain: (event, { condition, source }) => {
      const catalog = catalogs.get(source);
      if (catalog === undefined) throw new Error(`there are no rules of source ${source}`);
      return explainCondition(condition, catalog, event);
    },
  };
}

function buildSection(rules: readonly Rule[], catalog: FieldCatalog, matching: RuleMatching): Section {
  const memory = createMemory();
  const compiler = createConditionCompiler(catalog, memory);
  const planned = rules.map((rule) => {
    const compiled = compiler.compile(rule.condition);
    if (!compiled.ok) throw new Error(`the rule ${rule.name} cannot be evaluated: ${compiled.error.message}`);
    return { rule, node: compiled.value.node };
  });
  const index = withTests(indexRules(planned, compiler.graph), memory);
  const find = matching === 'first' ? findFirst : findAll;
  return {
    evaluate: (event) => {
      memory.next();
      return find(candidatesFor(index, event), event);
    },
  };
}

/** Conditions are evaluated together if they stand at one leaf: what they share is asked once. */
function withTests(index: Branch<PlannedRule<Rule>>, memory: Memory): Branch<Candidate<Rule>> {
  const shared = new Set<Node>();
  mapRules(index, (rules) => {
    for (const node of sharedNodes(rules.flatMap(({ node }) => (node === true ? [] : [node])))) shared.add(node);
    return rules;
  });
  const testOf = createTestBuilder(memory, shared);
  return mapRules(index, (rules) => rules.map(({ rule, node }) => ({ rule, test: node === true ? () => true : testOf(node) })));
}

function findFirst(candidates: readonly Candidate<Rule>[], event: RuleEvent): readonly Rule[] {
  for (const { rule, test } of candidates) if (test(event)) return [rule];
  return NOTHING;
}

function findAll(candidates: readonly Candidate<Rule>[], event: RuleEvent): readonly Rule[] {
  let matched: Rule[] | undefined;
  for (const { rule, test } of candidates) if (test(event)) (matched ??= []).push(rule);
  return matched ?? NOTHING;
}
