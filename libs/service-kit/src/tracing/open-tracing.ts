import type { Logger } from '@whoran/kernel';
import type { Metrics } from '../metrics.ts';
import { NoTracing, type Tracing } from './tracing.ts';

/** What traces are made from and told to. */
export interface TracingOptions {
  readonly endpoint: string | undefined;
  readonly service: string;
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Opens the way to the collector, or none. OpenTelemetry is loaded only when it is used. */
export async function openTracing({ endpoint, service, version, logger, metrics }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return new NoTracing();
  const spans = metrics.counter('whoran_trace_spans_total', 'Spans by what became of them: exported, failed or dropped.', ['outcome']);
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  let problem = '';
  return new OtlpTracing({
    endpoint,
    service,
    version,
    onSpans: (outcome, count, error = '') => {
      spans.inc({ outcome }, count);
      // A collector that stays away is one line in the log, and one more when the reason changes.
      if (outcome !== 'dropped' && error !== problem) {
        if (error !== '') logger.warn('tracing.not-exported', { error, spans: count });
        problem = error;
      }
    },
  });
}
