import type { Logger } from '@whoran/kernel';
import { VERSION } from '../build-info.ts';
import type { Metrics } from '../metrics.ts';
import type { Shutdown } from '../shutdown.ts';
import { NoTracing, type Tracing } from './tracing.ts';

/** What traces are made from and told to. */
export interface TracingOptions {
  readonly endpoint: string | undefined;
  readonly service: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
}

/** How long the last spans may take to be with the collector when the service ends, milliseconds. */
const CLOSE_LIMIT = 2000;

/** Opens the way to the collector until shutdown, or none. OpenTelemetry is loaded only when it is used. */
export async function openTracing({ endpoint, service, logger, metrics, shutdown }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return new NoTracing();
  const spans = metrics.counter('whoran_trace_spans_total', 'Spans by what became of them: exported, failed or dropped.', ['outcome']);
  const { OtlpTracing } = await import('./otlp-tracing.ts');
  let problem = '';
  const tracing = new OtlpTracing({
    endpoint,
    service,
    version: VERSION,
    onSpans: (outcome, count, error = '') => {
      spans.inc({ outcome }, count);
      // A collector that stays away is one line in the log, and one more when the reason changes.
      if (outcome !== 'dropped' && error !== problem) {
        if (error !== '') logger.warn('tracing.not-exported', { error, spans: count });
        problem = error;
      }
    },
  });
  shutdown.add('traces', () => tracing.close(), CLOSE_LIMIT);
  return tracing;
}
