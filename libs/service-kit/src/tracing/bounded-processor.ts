import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanOutcome } from './span-outcome.ts';

/** Spans that wait for the collector at most: about two megabytes. */
const MAX_WAITING = 4096;

interface ProcessorOptions {
  readonly exporter: SpanExporter;
  readonly interval: number;
  readonly limit: number;
  readonly onSpans: (outcome: SpanOutcome, count: number, error?: string) => void;
}

/** OpenTelemetry's batching with its losses counted, which it does not tell. What the collector does not take is not sent again. */
export function boundedProcessor({ exporter, interval, limit, onSpans }: ProcessorOptions): SpanProcessor {
  let waiting = 0;
  const counted: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        // ExportResultCode.SUCCESS, of a package that is not ours to import.
        const code: number = result.code;
        if (code === 0) onSpans('exported', spans.length);
        else onSpans('failed', spans.length, result.error?.message ?? 'the collector did not take them');
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counted,
    maxQueueSize: MAX_WAITING,
    maxExportBatchSize: 512,
    scheduledDelayMillis: interval,
    exportTimeoutMillis: limit + 500,
  });
  return {
    onStart() {},
    onEnd(span: ReadableSpan) {
      if (waiting >= MAX_WAITING) return onSpans('dropped', 1);
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
