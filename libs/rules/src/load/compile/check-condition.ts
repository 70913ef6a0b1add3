import type { Condition } from '../../condition/ast.ts';
import { checksIn } from '../../condition/walk.ts';
import { compileCondition } from '../../evaluate/compile.ts';
import type { ConditionProblem } from '../../evaluate/condition-problem.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import type { Compilation } from './compilation.ts';

/** Why a check cannot be compiled, or what is odd about it. */
export interface CheckProblems {
  readonly error?: ConditionProblem;
  readonly warnings: readonly ConditionProblem[];
}

/** A problem of one check of a condition. */
export interface CheckProblem extends ConditionProblem {
  readonly check: Condition;
}

/** The warnings of all checks of a resolved condition up to the first error. Checks that macros share are compiled once. */
export function checkCondition(
  compilation: Compilation,
  condition: Condition,
  catalog: FieldCatalog,
): { readonly error?: CheckProblem; readonly warnings: readonly CheckProblem[] } {
  const known = compilation.checked.get(catalog) ?? new Map<Condition, CheckProblems>();
  compilation.checked.set(catalog, known);
  const warnings: CheckProblem[] = [];
  for (const check of checksIn(condition)) {
    const problems = known.get(check) ?? problemsOf(check, catalog);
    known.set(check, problems);
    warnings.push(...problems.warnings.map((warning) => ({ ...warning, check })));
    if (problems.error !== undefined) return { error: { ...problems.error, check }, warnings };
  }
  return { warnings };
}

function problemsOf(check: Condition, catalog: FieldCatalog): CheckProblems {
  const compiled = compileCondition(check, catalog);
  return compiled.ok ? { warnings: compiled.value.warnings } : { error: compiled.error, warnings: [] };
}
