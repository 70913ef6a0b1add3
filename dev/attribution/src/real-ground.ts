import { randomUUID } from 'node:crypto';
import { InProcessBus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { CountedBus } from './counted-bus.ts';
import type { Ground, OpenGround } from './ground.ts';
import { openKafka } from './open-kafka.ts';

/** What a replay may run on instead of memory: the addresses of servers. */
export interface Servers {
  readonly kafka: readonly string[] | undefined;
  readonly redis: string | undefined;
}

/** Makes grounds on real servers, each with names of its own, so that none sees what another left. */
export function realGround({ kafka, redis }: Servers, logger: Logger): OpenGround {
  return async (clock: Clock): Promise<Ground> => {
    const name = `replay-${randomUUID()}`;
    const place = redis === undefined ? undefined : { url: redis, prefix: name };
    if (kafka === undefined) {
      const bus = new InProcessBus(clock);
      return { bus, redis: place, longestStep: 10_000, close: () => bus.close() };
    }
    // Brokers live in real time, and so does what waits for them.
    const { bus, remove } = await openKafka(kafka, { prefix: `${name}.`, clock: new SystemClock(), logger });
    const counted = new CountedBus(bus);
    const close = async () => {
      await counted.close();
      await remove();
    };
    return { bus: counted, redis: place, longestStep: 30_000, close };
  };
}
