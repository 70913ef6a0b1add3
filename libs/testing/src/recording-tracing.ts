import { type SpanFacts, type SpanName, Tracing } from '@whoran/service-kit';

/** A span that was told. */
export interface ToldSpan extends SpanFacts, SpanName {
  readonly sessionId: string;
}

/** Keeps the spans that it is told, for specs. */
export class RecordingTracing extends Tracing {
  readonly spans: ToldSpan[] = [];

  override sessionSpan(sessionId: string, span: SpanName, facts: () => SpanFacts): void {
    this.spans.push({ sessionId, ...span, ...facts() });
  }

  override traceparent(): undefined {
    return undefined;
  }

  override async close(): Promise<void> {}
}
