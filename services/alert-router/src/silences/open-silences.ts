import type { Clock, Logger } from '@whoran/kernel';
import type { RedisClient } from '@whoran/redis';
import { MemoryRecentAlerts, type RecentAlerts } from './recent-alerts.ts';
import { RedisRecentAlerts } from './redis-recent-alerts.ts';
import { RedisSilenceStore } from './redis-silence-store.ts';
import { MemorySilenceStore, type SilenceStore } from './silence-store.ts';

/** What silences need of the router; without Redis they are in memory. */
export interface SilencesAround {
  readonly redis: RedisClient | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens the silences that routers share in Redis, or those of this process. */
export function openSilenceStore({ redis, clock, logger }: SilencesAround): SilenceStore {
  return redis ? new RedisSilenceStore(redis, { clock, logger }) : new MemorySilenceStore(clock);
}

/** Opens the memory of alerts that previews look at, in Redis or in this process. */
export function openRecentAlerts({ redis, clock, logger }: SilencesAround): RecentAlerts {
  return redis ? new RedisRecentAlerts(redis, logger) : new MemoryRecentAlerts(clock);
}
