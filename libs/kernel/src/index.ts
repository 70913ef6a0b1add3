export { type Result, err, ok } from './result.ts';
export { type Issue, printIssue } from './issue.ts';
export {
  AppError,
  ConfigInvalid,
  DependencyUnavailable,
  type ErrorDetails,
  InvariantBroken,
  OutputRefused,
  isRetriable,
  messageOf,
} from './errors.ts';
export { type Cancel, Clock, type Millis } from './clock.ts';
export { VirtualClock } from './virtual-clock.ts';
export { type LogFields, Logger, SilentLogger } from './logger.ts';
export { assertNever } from './assert-never.ts';
export { type Nanos, millisOfNanos, nanosOfMillis, parseInstant, printInstant } from './instant.ts';
export { parseDuration } from './duration.ts';
export { printable } from './printable.ts';
export { truncate } from './truncate.ts';
