import { type Result, err, ok } from '@whoran/kernel';
import type { Condition } from '../condition/ast.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { ConditionProblem } from './condition-problem.ts';
import { createMemory } from './memory.ts';
import { createTestBuilder, sharedNodes } from './plan/build-test.ts';
import { createConditionCompiler } from './plan/condition-compiler.ts';

/** A condition that is ready to be asked. */
export interface CompiledCondition {
  /** Total: never throws. */
  matches(event: RuleEvent): boolean;
  /** What LOAD_COMPILE_CONDITION warns of, from left to right. */
  readonly warnings: readonly ConditionProblem[];
}

/** Compiles a condition without identifiers for the fields of one source. For many rules over the same events, see buildRuleset. */
export function compileCondition(condition: Condition, catalog: FieldCatalog): Result<CompiledCondition, ConditionProblem> {
  const memory = createMemory();
  const compiled = createConditionCompiler(catalog, memory).compile(condition);
  if (!compiled.ok) return err(compiled.error);
  const { node } = compiled.value;
  const test = createTestBuilder(memory, sharedNodes([node]))(node);
  const matches = (event: RuleEvent) => {
    memory.next();
    return test(event);
  };
  return ok({ matches, warnings: compiled.value.warnings });
}
