import type { Notification } from '@whoran/contracts';
import type { Clock, Issue, Millis, Result } from '@whoran/kernel';
import type { Static, TSchema } from 'typebox';

/** What became of one attempt. Errors are for people and hold no secret: neither a URL's path nor a header. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly error: string; readonly retryAfter?: Millis }
  | { readonly kind: 'refused'; readonly error: string };

/** What goes with a notification. */
export interface SendContext {
  /** Aborted when the attempt has taken too long or the service stops. */
  readonly signal: AbortSignal;
}

/** Somewhere that notifications go. One attempt at a time is its business; queues, retries and dead letters are its caller's. */
export abstract class Output {
  abstract readonly kind: string;
  /** How long one attempt may take. */
  abstract readonly timeout: Millis;
  /** Makes one attempt. Every failure of the receiver is an outcome; the same notification may be sent again. */
  abstract send(notification: Notification, context: SendContext): Promise<Outcome>;
  /** Lets go of connections once the attempts under way have ended. */
  abstract close(): Promise<void>;
}

/** Takes lines of text. Rejects when the line could not be written. */
export abstract class LineWriter {
  abstract write(line: string): Promise<void>;
}

/** What outputs are given when they are opened. */
export interface OutputHost {
  readonly stdout: LineWriter;
  readonly clock: Clock;
  /** How many attempts run at once. */
  readonly concurrency: number;
  /** Reads a small text file such as a password; the error says why it cannot. */
  readonly readFile: (path: string) => Result<string, string>;
  /** A variable of the environment that may hold a secret; without it, settings that name one are refused. */
  readonly readEnv?: (name: string) => string | undefined;
  /** Where people reach forensics, for links to sessions; receivers may have their own. */
  readonly externalUrl?: string;
}

/** A kind of output: the name of its settings, their schema, and how it is opened. The items of issues are JSON pointers. */
export interface OutputKind {
  readonly kind: string;
  readonly schema: TSchema;
  open(settings: unknown, host: OutputHost): Result<Output, readonly Issue[]>;
}

/** Declares a kind of output. Its settings have been checked against the schema when `open` is called. */
export function outputKind<S extends TSchema>(spec: {
  readonly kind: string;
  readonly schema: S;
  readonly open: (settings: Static<S>, host: OutputHost) => Result<Output, readonly Issue[]>;
}): OutputKind {
  return { kind: spec.kind, schema: spec.schema, open: (settings, host) => spec.open(settings as Static<S>, host) };
}
