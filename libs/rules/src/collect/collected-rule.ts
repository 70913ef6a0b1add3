import type { Context } from '../read/context.ts';
import type { ExceptionItem, RuleParts } from '../read/definitions.ts';
import type { Visibility } from './collection.ts';

/** A rule as all files so far leave it. */
export interface CollectedRule extends Omit<RuleParts, 'exceptions'>, Visibility {
  readonly name: string;
  readonly source: string;
  /** Nothing evaluates events of that source: the rule is left out, and never checked. */
  readonly unknownSource: boolean;
  readonly exceptions: readonly ExceptionItem[];
  readonly context: Context;
  readonly conditionContext: Context;
  readonly outputContext: Context;
}
