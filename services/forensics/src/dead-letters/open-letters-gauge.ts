import { type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import type { Metrics, Shutdown } from '@whoran/service-kit';
import type { DeadLetterStore } from './dead-letter-store.ts';

const EVERY: Millis = 15_000;

/** Names of services are few; should a foreign writer on the topic make up more, the rest is summed under `other`. */
const MAX_STAGES = 50;

/** What the gauge is made of. */
export interface OpenLettersOptions {
  readonly letters: Pick<DeadLetterStore, 'openByStage'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
}

/** Tells how many dead letters of each service are open, every 15 s until the service stops: what an alert is set on. */
export function watchOpenLetters({ letters, clock, logger, metrics, shutdown }: OpenLettersOptions): void {
  const gauge = metrics.gauge('whoran_forensics_open_dead_letters', 'Dead letters that were neither replayed nor discarded, by service.', [
    'stage',
  ]);
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = () => {};
  const look = async () => {
    try {
      const counts = await letters.openByStage();
      gauge.reset();
      for (const [index, { stage, count }] of counts.entries()) gauge.inc({ stage: index < MAX_STAGES ? stage : 'other' }, count);
    } catch (error) {
      logger.warn('forensics.open-letters-unknown', { error: messageOf(error) });
    }
    if (!stopped) schedule(EVERY);
  };
  const schedule = (delay: Millis) => {
    cancel = clock.schedule(delay, () => {
      running = look();
    });
  };
  schedule(0);
  shutdown.add('open-letters', async () => {
    stopped = true;
    cancel();
    await running;
  });
}
