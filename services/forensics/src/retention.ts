import { type Clock, DependencyUnavailable, type Logger, type Millis } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import type { Store } from './store/store.ts';

const EVERY: Millis = 3_600_000;
const FIRST: Millis = 60_000;
const BATCH = 5000;

/** What retention works on. */
export interface RetentionOptions {
  readonly store: Pick<Store, 'deleteBefore'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** How long rows are kept after they were stored, milliseconds. */
  readonly keep: Millis;
}

/** Deletes what is too old, every hour and in small batches, until the service stops. */
export function startRetention({ store, clock, logger, shutdown, keep }: RetentionOptions): void {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    let deleted = 0;
    try {
      for (let batch = 1; batch > 0 && !stopped; deleted += batch) batch = await store.deleteBefore(clock.now() - keep, BATCH);
      if (deleted > 0) logger.info('forensics.retention', { deleted });
    } catch (error) {
      logger.warn('forensics.retention-failed', { error: error instanceof DependencyUnavailable ? error.message : String(error) });
    }
    if (!stopped) schedule(EVERY);
  };
  let cancel = () => {};
  const schedule = (delay: Millis) => {
    cancel = clock.schedule(delay, () => {
      running = run();
    });
  };
  schedule(FIRST);
  shutdown.add('retention', async () => {
    stopped = true;
    cancel();
    await running;
  });
}
