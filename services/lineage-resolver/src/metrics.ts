import type { Metrics } from '@whoran/service-kit';

/** What the resolver measures beside what the bus measures for every service. */
export function resolverMetrics(metrics: Metrics) {
  return {
    emitted: metrics.counter('whoran_resolver_events_total', 'Attributed events emitted, by evidence; revisions are counted separately.', [
      'evidence',
      'revised',
    ]),
    alerts: metrics.counter('whoran_resolver_alerts_total', "The resolver's own alerts.", ['rule']),
    learned: metrics.counter('whoran_resolver_images_learned_total', 'Images whose execs are no longer injected.'),
    processes: metrics.gauge('whoran_resolver_processes', 'Processes held, all clusters.'),
    waiting: metrics.gauge('whoran_resolver_waiting_events', 'Events that wait for what would name their user.'),
  };
}
