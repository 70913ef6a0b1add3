import { Clock, Logger } from '@whoran/kernel';
import { ForgetfulLineageStore, LineageStore } from '@whoran/lineage';
import { RedisLineageStore } from '@whoran/lineage-redis';
import { openRedis } from '@whoran/redis';
import { type Health, type Shutdown, redisAccess } from '@whoran/service-kit';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';

/** What the store is opened with. */
interface Host {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: Health;
  readonly shutdown: Shutdown;
}

/** Opens the store that the settings name: Redis, or none, which suits one resolver that may forget when it ends. */
export function openLineageStore(config: LineageResolverConfig, { clock, logger, health, shutdown }: Host): LineageStore {
  const access = redisAccess(config);
  if (!access) {
    const isAlone = config.kafkaBrokers.length === 0;
    if (!isAlone) logger.warn('lineage.not-kept', { advice: 'set WHORAN_REDIS_URL: without it a restart forgets who is who' });
    // Consumers that outlive this process remember what was emitted before: seconds make later epochs higher.
    return new ForgetfulLineageStore(isAlone ? 0 : Math.floor(clock.now() / 1000));
  }
  const redis = openRedis(access, { logger, connectionName: 'lineage-resolver' });
  const { maxProcesses, sessionTtl } = config;
  const store = new RedisLineageStore(redis, { logger, ttl: sessionTtl, maxGroups: maxProcesses });
  health.add('redis', () => redis.problem());
  shutdown.add('store', () => store.close());
  return store;
}
