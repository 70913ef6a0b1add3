import type { Bus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';
import type { Health, Metrics, Shutdown } from '@whoran/service-kit';
import type { IngestSettings } from '../ingest-settings.ts';
import { SpoolMetrics } from '../spool/spool-metrics.ts';
import { Spool } from '../spool/spool.ts';
import { Outbox } from './outbox.ts';

interface Parts {
  readonly stage: string;
  readonly settings: IngestSettings;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
  readonly health: Health;
}

/** How long a service that ends may still bring to the bus what it holds, milliseconds. The rest is there at the next start. */
const DRAIN = 4000;
/** Milliseconds between measurements of the spool. */
const INTERVAL = 1000;

/** Opens the outbox of the settings, with a spool if they name a folder. Throws ConfigInvalid when that cannot be used. */
export function openOutbox({ stage, settings, bus, clock, logger, metrics, shutdown, health }: Parts): Outbox {
  const { spoolDir: folder, spoolMaxBytes: maxBytes, clusterRate = 0 } = settings;
  if (folder === '') {
    const outbox = new Outbox({ stage, bus, clock, logger });
    shutdown.add('outbox', () => outbox.close(DRAIN), DRAIN + 1000);
    return outbox;
  }
  const { spool, found } = Spool.open({ folder, maxBytes, clock, logger, metrics: new SpoolMetrics(metrics) });
  const outbox = new Outbox({ stage, bus, clock, logger, spool, clusterRate });
  // In place of the check that the bus is there: without Kafka this service still does its work, and must get its requests.
  health.add('bus', () => spool.problem());
  const measure = () => {
    spool.measure();
    cancel = clock.schedule(INTERVAL, measure);
  };
  let cancel = clock.schedule(0, measure);
  shutdown.add('outbox', () => outbox.close(DRAIN), DRAIN + 1000);
  shutdown.add('spool-metrics', () => cancel());
  outbox.resume(found);
  return outbox;
}
