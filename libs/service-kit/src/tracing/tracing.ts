import type { Millis } from '@whoran/kernel';

/** What a span tells. Never a user, a command line or a token: whoever reads traces need not be allowed to know them. */
export interface SpanFacts {
  readonly start: Millis;
  /** Nothing for what took no time. */
  readonly end?: Millis;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed, from a closed list; nothing if it did not. */
  readonly failure?: string;
}

/** Names a span within its session: the same name and key are the same span, in every service and however often it is told. */
export interface SpanName {
  readonly name: string;
  /** Tells spans of one name apart. */
  readonly key?: string;
  /** The span that this one belongs to; without it, the admission of the session. */
  readonly parent?: SpanName;
}

/** The span that every trace of a session begins with. */
export const ADMISSION: SpanName = { name: 'admission' };

/**
 * Tells what happens to an exec session as one trace, across services. Ids are made from the session's id, so nothing has to
 * be carried along, and what is processed twice is told once.
 */
export abstract class Tracing {
  /** Tells a span of a session that is over. `facts` is called only when there are traces. Never throws, never waits. */
  abstract sessionSpan(sessionId: string, span: SpanName, facts: () => SpanFacts): void;
  /** The W3C header that names the admission of a session, or nothing when there are no traces. */
  abstract traceparent(sessionId: string): string | undefined;
  /** Sends what waits, as far as the collector takes it. Does not reject. */
  abstract close(): Promise<void>;
}

/** There are no traces. */
export class NoTracing extends Tracing {
  override sessionSpan(): void {}
  override traceparent(): undefined {
    return undefined;
  }
  override async close(): Promise<void> {}
}
