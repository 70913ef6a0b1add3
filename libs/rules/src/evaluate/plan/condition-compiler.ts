import { type Result, err, ok } from '@whoran/kernel';
import type { BinaryCheck, Condition } from '../../condition/ast.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import { compileCheck } from '../checks/compile-check.ts';
import type { ConditionProblem } from '../condition-problem.ts';
import type { Memory } from '../memory.ts';
import type { OperandWorld } from '../operands/resolve-operand.ts';
import { constantWarnings } from '../warnings.ts';
import { type Graph, type Node, createGraph } from './graph.ts';

/** A condition in the graph. */
export interface PlannedCondition {
  readonly node: Node;
  readonly warnings: readonly ConditionProblem[];
}

/** Compiles conditions over the fields of one source into one graph. */
export interface ConditionCompiler {
  readonly graph: Graph;
  compile(condition: Condition): Result<PlannedCondition, ConditionProblem>;
}

/** Macros repeat the warnings of their checks wherever they are used; nobody reads more of them. */
const MAX_WARNINGS = 1000;
/** Resolved conditions nest less deep; this keeps the recursion bounded whoever calls, with room on the stack for code that is not compiled yet. */
const MAX_DEPTH = 1250;

interface Work {
  readonly world: OperandWorld;
  readonly graph: Graph;
  /** Macros are shared by the conditions that use them: each is compiled once. */
  readonly done: Map<Condition, PlannedCondition>;
}

/** Opens a compiler without conditions; what several of them ask is asked once per event. */
export function createConditionCompiler(catalog: FieldCatalog, memory: Memory): ConditionCompiler {
  const work: Work = { world: { catalog, memory, operands: new Map() }, graph: createGraph(), done: new Map() };
  return {
    graph: work.graph,
    compile: (condition) => compile(condition, work, 1),
  };
}

function compile(condition: Condition, work: Work, depth: number): Result<PlannedCondition, ConditionProblem> {
  const known = work.done.get(condition);
  if (known) return ok(known);
  const { position } = condition;
  if (depth > MAX_DEPTH) return err({ message: `the condition nests deeper than ${MAX_DEPTH} levels`, position });
  const planned = compileNew(condition, work, depth);
  if (planned.ok) work.done.set(condition, planned.value);
  return planned;
}

function compileNew(condition: Condition, work: Work, depth: number): Result<PlannedCondition, ConditionProblem> {
  const { graph, world } = work;
  switch (condition.type) {
    case 'and':
    case 'or':
      return compileGroup(condition, work, depth);
    case 'not': {
      const child = compile(condition.child, work, depth + 1);
      return child.ok ? ok({ ...child.value, node: graph.not(child.value.node) }) : child;
    }
    case 'identifier':
      return err({ message: `filter error: unexpected identifier '${condition.name}'`, position: condition.position });
    case 'unary':
    case 'binary': {
      const check = compileCheck(condition, world);
      if (!check.ok) return err({ message: check.error, position: condition.position });
      const warnings = condition.type === 'binary' ? warningsOf(condition, world.catalog) : [];
      return ok({ node: graph.leaf(check.value), warnings });
    }
  }
}

function compileGroup(
  { type, children }: Extract<Condition, { readonly type: 'and' | 'or' }>,
  work: Work,
  depth: number,
): Result<PlannedCondition, ConditionProblem> {
  const nodes: Node[] = [];
  const warnings: ConditionProblem[] = [];
  for (const child of children) {
    const planned = compile(child, work, depth + 1);
    if (!planned.ok) return planned;
    nodes.push(planned.value.node);
    warnings.push(...planned.value.warnings.slice(0, MAX_WARNINGS - warnings.length));
  }
  return ok({ node: work.graph.group(type, nodes), warnings });
}

function warningsOf({ operator, right }: BinaryCheck, catalog: FieldCatalog): readonly ConditionProblem[] {
  if (right.type === 'field' || right.type === 'transformer') return [];
  const texts = right.type === 'list' ? right.values : [right.value];
  return texts.flatMap((text) => constantWarnings(text, operator, catalog)).map((message) => ({ message, position: right.position }));
}
