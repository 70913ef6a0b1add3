import type { Metrics } from '@whoran/service-kit';

/** What became of an event. */
export type EventOutcome = 'accepted' | 'dead-lettered';

/** Why a request was not taken. */
export type Refusal = 'unauthorized' | 'wrong-cluster' | 'too-large' | 'busy';

/** The metrics of an ingester. Clusters are those of the settings, so that the label is a closed list. */
export class IngestMetrics {
  private readonly events;
  private readonly requests;
  private readonly lastEvent;

  constructor(metrics: Metrics) {
    this.events = metrics.counter('whoran_ingest_events_total', 'Events by what became of them.', ['cluster', 'outcome']);
    this.requests = metrics.counter('whoran_ingest_refused_requests_total', 'Requests that were not taken, by reason.', ['reason']);
    this.lastEvent = metrics.gauge(
      'whoran_ingest_last_event_timestamp_seconds',
      'When the last event of a cluster was received, seconds since 1970.',
      ['cluster'],
    );
  }

  /** Counts events of one cluster, received at `now` in milliseconds. */
  count(cluster: string, outcome: EventOutcome, number: number, now: number): void {
    if (number === 0) return;
    this.events.inc({ cluster, outcome }, number);
    if (outcome === 'accepted') this.lastEvent.set({ cluster }, now / 1000);
  }

  refused(reason: Refusal): void {
    this.requests.inc({ reason });
  }
}
