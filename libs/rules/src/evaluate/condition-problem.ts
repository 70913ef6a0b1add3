import type { Position } from '../condition/ast.ts';

/** What is wrong, or odd, with a condition, in Falco's words, and where the check begins (a warning: its constants). */
export interface ConditionProblem {
  readonly message: string;
  readonly position: Position;
}
