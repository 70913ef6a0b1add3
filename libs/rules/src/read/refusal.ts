import type { ErrorCode, WarningCode } from '../issues.ts';
import type { Context } from './context.ts';

/** A problem before it has a snippet. */
export interface Finding<Code = ErrorCode | WarningCode> {
  readonly code: Code;
  readonly message: string;
  readonly context: Context;
}

/** Takes warnings of rule files. */
export type Warn = (warning: Finding<WarningCode>) => void;

/** Takes every problem of rule files. */
export type Report = (finding: Finding) => void;

/**
 * Ends the reading or compiling of one item: the way from a value in a nested map to its item is deep, and all that is on it stops.
 * It never leaves the loader, which makes an issue of it.
 */
export class Refusal extends Error {
  readonly finding: Finding<ErrorCode>;

  constructor(code: ErrorCode, message: string, context: Context) {
    super(message);
    this.finding = { code, message, context };
  }
}
