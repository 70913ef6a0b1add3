import type { Condition, Position } from '../condition/ast.ts';
import { checksIn, fieldsOf } from '../condition/walk.ts';
import type { FieldCatalog } from '../fields/field.ts';
import type { Compilation } from './compilation.ts';

/** A problem of a check, and where in the condition it is. */
export interface CheckProblem {
  readonly message: string;
  readonly position: Position;
}

/** Why a check cannot be compiled, or what is odd about it. */
export interface CheckProblems {
  readonly error?: CheckProblem;
  readonly warnings: readonly CheckProblem[];
}

/** The problems of all checks of a resolved condition, up to the first error. Checks that macros share are compiled once. */
export function checkCondition(compilation: Compilation, condition: Condition, catalog: FieldCatalog): CheckProblems {
  const known = compilation.checked.get(catalog) ?? new Map<Condition, CheckProblems>();
  compilation.checked.set(catalog, known);
  const warnings: CheckProblem[] = [];
  for (const check of checksIn(condition)) {
    const problems = known.get(check) ?? problemsOf(check, catalog);
    known.set(check, problems);
    warnings.push(...problems.warnings);
    if (problems.error !== undefined) return { error: problems.error, warnings };
  }
  return { warnings };
}

function problemsOf(check: Condition, catalog: FieldCatalog): CheckProblems {
  for (const field of fieldsOf(check)) {
    const resolved = catalog.resolve(field.name, field.argument);
    if (!resolved.ok) return { error: { message: resolved.error, position: check.position }, warnings: [] };
  }
  return { warnings: [] };
}
