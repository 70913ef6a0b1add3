import type { ConditionError } from '../../condition/parser.ts';
import type { Condition } from '../../condition/ast.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import type { Result } from '@whoran/kernel';
import { Refusal, type Report } from '../../read/refusal.ts';
import type { ListIndex } from '../../resolve/fill-in-lists.ts';
import type { AppendOutput } from '../append-output.ts';
import type { CheckProblems } from './check-condition.ts';

/** What stays the same while the files of one load are compiled again and again. */
export interface Compilation {
  readonly sources: ReadonlyMap<string, FieldCatalog>;
  /** Fields that are sent, of the sources of which that is known. */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>;
  readonly appendOutput: readonly AppendOutput[];
  readonly report: Report;
  /** Whether anything so far is an error. */
  readonly hasErrors: () => boolean;
  /** As Falco does; otherwise the next item follows a wrong one. */
  readonly stopAtFirst: boolean;
  /** Macros that could not be read or compiled: that others refer to them is no problem of these. */
  readonly brokenMacros: Set<string>;
  /** Conditions already parsed, by their item and text. */
  readonly parsed: Map<string, Result<Condition, ConditionError>>;
  /** Checks already compiled, by the catalog. */
  readonly checked: Map<FieldCatalog, Map<Condition, CheckProblems>>;
}

/** The lists while conditions are compiled, and which of them were met. */
export interface ListsInUse {
  readonly index: ListIndex;
  readonly used: Set<string>;
}

/** Runs the work on one item. What is refused is reported and nothing is returned, or it ends everything where Falco's way is asked for. */
export function attempt<T>(compilation: Compilation, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) || compilation.stopAtFirst) throw error;
    compilation.report(error.finding);
    return undefined;
  }
}
