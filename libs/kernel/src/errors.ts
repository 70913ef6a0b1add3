/** What an error knows beside its message. Never a secret: details are logged. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** Root of every error thrown on purpose. The code is stable and listed in docs/errors.md. */
export abstract class AppError extends Error {
  abstract readonly code: `WHORAN_${Uppercase<string>}`;
  /** Whether the same call may succeed later. The name is the one that Kafka clients read. */
  abstract readonly retriable: boolean;
  readonly details: ErrorDetails;

  constructor(message: string, options?: ErrorOptions & { readonly details?: ErrorDetails }) {
    super(message, options);
    this.name = new.target.name;
    this.details = options?.details ?? {};
  }
}

/** A broker, store, database or API server does not answer now. Waiting and trying again is right. */
export class DependencyUnavailable extends AppError {
  readonly code = 'WHORAN_DEPENDENCY_UNAVAILABLE';
  readonly retriable = true;
}

/** The settings cannot be used. The message has one line per problem and no value. */
export class ConfigInvalid extends AppError {
  readonly code = 'WHORAN_CONFIG_INVALID';
  readonly retriable = false;
}

/** Something that the code guarantees does not hold: a bug. */
export class InvariantBroken extends AppError {
  readonly code = 'WHORAN_INVARIANT_BROKEN';
  readonly retriable = false;
}

/** Whether waiting and trying again may help. Errors of unknown make are bugs and not retriable. */
export function isRetriable(error: unknown): boolean {
  return error instanceof AppError && error.retriable;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
