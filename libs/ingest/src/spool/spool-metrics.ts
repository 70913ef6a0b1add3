import type { Metrics } from '@whoran/service-kit';
import type { EventClass } from './event-class.ts';

/** How a spool stands. */
export interface SpoolState {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly events: readonly (readonly [EventClass, number])[];
  readonly oldestSeconds: number;
}

/** The metrics of a spool. */
export class SpoolMetrics {
  private readonly bytes;
  private readonly limit;
  private readonly events;
  private readonly oldest;
  private readonly writtenEvents;
  private readonly refusedEvents;
  private readonly droppedEvents;

  constructor(metrics: Metrics) {
    this.bytes = metrics.gauge('whoran_ingest_spool_bytes', 'Bytes of the spool on disk.');
    this.limit = metrics.gauge('whoran_ingest_spool_max_bytes', 'Bytes that the spool may have.');
    this.events = metrics.gauge('whoran_ingest_spool_events', 'Events that wait in the spool.', ['class']);
    this.oldest = metrics.gauge('whoran_ingest_spool_oldest_seconds', 'Age of the oldest event in the spool; 0 when it is empty.');
    this.writtenEvents = metrics.counter('whoran_ingest_spool_written_events_total', 'Events that were put into the spool.');
    this.refusedEvents = metrics.counter(
      'whoran_ingest_spool_refused_events_total',
      'Events that could not be put into the spool, because the disk was full or what was in it mattered more; answered 503.',
    );
    this.droppedEvents = metrics.counter(
      'whoran_ingest_spool_dropped_events_total',
      'Events that were lost: dropped from a full spool, or damaged on the disk.',
      ['class'],
    );
  }

  written(events: number): void {
    this.writtenEvents.inc(events);
  }

  refused(events: number): void {
    this.refusedEvents.inc(events);
  }

  dropped(eventClass: EventClass, events: number): void {
    this.droppedEvents.inc({ class: eventClass }, events);
  }

  show({ bytes, maxBytes, events, oldestSeconds }: SpoolState): void {
    this.bytes.set(bytes);
    this.limit.set(maxBytes);
    for (const [eventClass, number] of events) this.events.set({ class: eventClass }, number);
    this.oldest.set(oldestSeconds);
  }
}
