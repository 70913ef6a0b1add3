import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SeenIds } from '@whoran/kernel';
import { type IdGenerator, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { boundedProcessor } from './bounded-processor.ts';
import { spanIdOf, traceIdOf, traceparentOf } from './trace-ids.ts';
import type { SpanOutcome } from './span-outcome.ts';
import { ADMISSION, type SpanFacts, type SpanName, Tracing } from './tracing.ts';

/** Where traces go, and who says so. */
export interface OtlpTracingOptions {
  /** Base URL of a collector that takes OTLP over HTTP. */
  readonly endpoint: string;
  readonly service: string;
  readonly version: string;
  /** Told what became of spans, and why when they were not sent. */
  readonly onSpans: (outcome: SpanOutcome, count: number, error?: string) => void;
  /** Milliseconds between two exports, at most. */
  readonly interval?: number;
}

/** How long one export may take, milliseconds. The end of a service waits for it. */
const EXPORT_LIMIT = 2000;

/** Spans that are recognised when they are told again. */
const REMEMBERED = 20_000;

/** Sends spans to an OpenTelemetry collector, many at once and in the background. */
export class OtlpTracing extends Tracing {
  private readonly told = new SeenIds(REMEMBERED);
  private readonly ids = new GivenIds();
  private readonly processor: SpanProcessor;
  private readonly tracer: Tracer;

  constructor({ endpoint, service, version, onSpans, interval = 1000 }: OtlpTracingOptions) {
    super();
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_LIMIT });
    this.processor = boundedProcessor({ exporter, interval, limit: EXPORT_LIMIT, onSpans });
    const resource = resourceFromAttributes({ 'service.namespace': 'whoran', 'service.name': service, 'service.version': version });
    const provider = new TracerProvider({ resource, idGenerator: this.ids, spanProcessors: [this.processor] });
    this.tracer = provider.getTracer('whoran', version);
  }

  override sessionSpan(sessionId: string, span: SpanName, facts: () => SpanFacts): void {
    if (!this.told.add(`${sessionId} ${span.name} ${span.key ?? ''}`)) return;
    const { start, end = start, attributes, failure } = facts();
    this.ids.next = { trace: traceIdOf(sessionId), span: spanIdOf(sessionId, span) };
    const all = { ...attributes, 'whoran.session': sessionId };
    const told = this.tracer.startSpan(span.name, { startTime: start, attributes: all }, contextOf(sessionId, span));
    if (failure !== undefined) told.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    told.end(Math.max(start, end));
  }

  override traceparent(sessionId: string): string {
    return traceparentOf(sessionId);
  }

  override async close(): Promise<void> {
    try {
      await this.processor.shutdown();
    } catch {
      // Counted and told by now; losing traces is no reason to end badly.
    }
  }
}

/** The admission has no parent, everything else has one. */
function contextOf(sessionId: string, { name, parent = ADMISSION }: SpanName) {
  if (name === ADMISSION.name) return ROOT_CONTEXT;
  const spanContext = {
    traceId: traceIdOf(sessionId),
    spanId: spanIdOf(sessionId, parent),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  };
  return trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** Gives the ids of the span that is being made: making one does not wait, so there is one at a time. */
class GivenIds implements IdGenerator {
  next = { trace: '', span: '' };
  readonly generateTraceId = (): string => this.next.trace;
  readonly generateSpanId = (): string => this.next.span;
}
