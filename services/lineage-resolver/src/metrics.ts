import type { Metrics } from '@whoran/service-kit';
import type { Emission } from './emission.ts';

/** What the resolver measures beside what the bus measures for every service. */
export function resolverMetrics(metrics: Metrics) {
  return {
    emitted: metrics.counter('whoran_resolver_events_total', 'Attributed events emitted, by evidence; revisions are counted separately.', [
      'evidence',
      'revised',
    ]),
    alerts: metrics.counter('whoran_resolver_alerts_total', "The resolver's own alerts.", ['rule']),
    learned: metrics.counter('whoran_resolver_images_learned_total', 'Images whose execs are no longer injected.'),
    waited: metrics.seconds('whoran_resolver_wait_seconds', 'How long events waited for what would name their user, until first emitted.'),
    taken: metrics.counter('whoran_resolver_nodes_taken_total', 'Nodes that this resolver took over.'),
    lost: metrics.counter('whoran_resolver_nodes_lost_total', 'Nodes that another resolver took over.'),
    processes: metrics.gauge('whoran_resolver_processes', 'Processes held, all clusters.'),
    kept: metrics.gauge('whoran_resolver_kept_bytes', 'Memory taken by events that are kept so that they can be emitted again.'),
    letGo: metrics.counter(
      'whoran_resolver_let_go_events_total',
      'Events that were let go before WHORAN_RESOLVER_REVISE, for want of memory.',
    ),
    waiting: metrics.gauge('whoran_resolver_waiting_events', 'Events that wait for what would name their user.'),
  };
}

/** Counters are told once a batch for each of their labels: looking labels up takes longer than all else about an event. */
export function countEmissions({ alerts, emitted, waited }: ReturnType<typeof resolverMetrics>, emissions: readonly Emission[]): void {
  for (const same of Map.groupBy(emissions, labelsOf).values()) {
    const { event, revised } = same[0] as Emission;
    if (event.source === 'whoran') alerts.inc({ rule: event.rule }, same.length);
    else emitted.inc({ evidence: event.whoran.attribution.evidence, revised: String(revised) }, same.length);
  }
  for (const { waited: wait } of emissions) if (wait !== undefined) waited.observe(wait / 1000);
}

function labelsOf({ event, revised }: Emission): string {
  return event.source === 'whoran' ? event.rule : `${event.whoran.attribution.evidence} ${revised}`;
}
