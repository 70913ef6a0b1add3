/** What became of a span: sent, not taken by the collector, or not kept because too many waited. */
export type SpanOutcome = 'exported' | 'failed' | 'dropped';
