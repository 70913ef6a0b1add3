import { type Context, ROOT_CONTEXT, TraceFlags, context, isSpanContextValid, trace } from '@opentelemetry/api';
import type { KafkaMessage } from 'kafkajs';

/** W3C Trace Context: version, trace, span and flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The header that carries the span that is active now; nothing when there is none, as is so without tracing. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 1) === 1 ? '01' : '00'}`;
}

/** Runs the work in the context of the span that wrote these messages, when they are all of one trace. */
export function withinTrace<R>(messages: readonly KafkaMessage[], work: () => R): R {
  const parent = contextOf(messages);
  return parent === undefined ? work() : context.with(parent, work);
}

function contextOf(messages: readonly KafkaMessage[]): Context | undefined {
  // Without tracing the first message says so, and the others are not looked at.
  const first = traceparentOf(messages[0]);
  if (first === undefined) return undefined;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(first) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (messages.some((message) => traceparentOf(message)?.slice(3, 35) !== traceId)) return undefined;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(span) ? trace.setSpanContext(ROOT_CONTEXT, span) : undefined;
}

function traceparentOf(message: KafkaMessage | undefined): string | undefined {
  const header = message?.headers?.['traceparent'];
  return Buffer.isBuffer(header) ? header.toString('latin1') : undefined;
}
