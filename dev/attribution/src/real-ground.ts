import { randomUUID } from 'node:crypto';
import { InProcessBus } from '@whoran/bus';
import { KafkaBus, applyTopics, planTopics } from '@whoran/bus-kafka';
import type { Clock, Logger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { CountedBus } from './counted-bus.ts';
import type { Ground, OpenGround } from './ground.ts';

/** What a replay may run on instead of memory: the addresses of servers. */
export interface Servers {
  readonly kafka: readonly string[] | undefined;
  readonly redis: string | undefined;
}

const PARTITIONS = 4;

/** Makes grounds on real servers, each with names of its own, so that none sees what another left. They stay on given servers. */
export function realGround({ kafka, redis }: Servers, logger: Logger): OpenGround {
  return async (clock: Clock): Promise<Ground> => {
    const name = `replay-${randomUUID()}`;
    const place = redis === undefined ? undefined : { url: redis, prefix: name };
    if (kafka === undefined) {
      const bus = new InProcessBus(clock);
      return { bus, redis: place, longestStep: 10_000, close: () => bus.close() };
    }
    const bus = new CountedBus(await openKafka(kafka, `${name}.`, logger));
    return { bus, redis: place, longestStep: 30_000, close: () => bus.close() };
  };
}

/** Brokers live in real time, and so does what waits for them. */
async function openKafka(brokers: readonly string[], topicPrefix: string, logger: Logger): Promise<KafkaBus> {
  const connection = { brokers, clientId: 'whoran-attribution' };
  await applyTopics(connection, planTopics({ prefix: topicPrefix, partitions: PARTITIONS, replication: 1, minInSyncReplicas: 1 }));
  return KafkaBus.connect({ ...connection, topicPrefix, compression: 'none', clock: new SystemClock(), logger });
}
