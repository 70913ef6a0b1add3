import type { BusObserver } from '@whoran/bus';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of one service. Every metric of a project is declared in its `metrics.ts`, with help text. */
export class Metrics {
  readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** A counter. Labels come from closed lists only: never a user, a pod or a path. */
  counter<L extends string>(name: `whoran_${string}`, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** A value that goes up and down. With `read` it is asked for whenever somebody looks at the metrics; then it has no labels. */
  gauge<L extends string>(name: `whoran_${string}`, help: string, labelNames: readonly L[] = [], read?: () => number): Gauge<L> {
    const collect = read && { collect: () => gauge.set(read()) };
    const gauge: Gauge<L> = new Gauge({ name, help, labelNames, registers: [this.registry], ...collect });
    return gauge;
  }

  /** A histogram of seconds. */
  seconds<L extends string>(name: `whoran_${string}_seconds`, help: string, labelNames: readonly L[] = []): Histogram<L> {
    const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}

/** Measures the bus for one service, once for all handlers. */
export function busMetrics(metrics: Metrics): BusObserver {
  const messages = metrics.counter('whoran_bus_messages_total', 'Messages settled, by verdict.', ['group', 'topic', 'verdict', 'reason']);
  const retries = metrics.counter('whoran_bus_retries_total', 'Batches delivered again.', ['group', 'topic']);
  const lag = metrics.gauge('whoran_bus_lag_messages', 'Messages of a partition that are not settled, as of its last batch.', [
    'group',
    'topic',
    'partition',
  ]);
  const inFlight = metrics.gauge('whoran_bus_in_flight_messages', 'Messages that are with handlers now.', ['group', 'topic']);
  const duration = metrics.seconds('whoran_bus_batch_seconds', 'Time to settle a batch.', ['group', 'topic']);
  return {
    settled: (group, topic, verdict, reason) => messages.inc({ group, topic, verdict, reason }),
    batch: (group, topic, _size, milliseconds) => duration.observe({ group, topic }, milliseconds / 1000),
    retried: (group, topic) => retries.inc({ group, topic }),
    deadLettered: () => {},
    lag: (group, topic, partition, messages) => lag.set({ group, topic, partition: String(partition) }, messages),
    inFlight: (group, topic, difference) => inFlight.inc({ group, topic }, difference),
  };
}
