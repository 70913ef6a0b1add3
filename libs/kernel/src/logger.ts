/** Fields of a log line. Never a secret, a token or the URL of a receiver. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured log. The event is a stable dotted name, `lineage.parent-missing`; sentences are for people.
 * error: data lost or a human needed. warn: odd, recovered. info: life cycle. debug: the rest.
 */
export abstract class Logger {
  abstract error(event: string, fields?: LogFields): void;
  abstract warn(event: string, fields?: LogFields): void;
  abstract info(event: string, fields?: LogFields): void;
  abstract debug(event: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  abstract with(fields: LogFields): Logger;
}

/** Says nothing. */
export class SilentLogger extends Logger {
  override error(): void {}
  override warn(): void {}
  override info(): void {}
  override debug(): void {}
  override with(): Logger {
    return this;
  }
}
