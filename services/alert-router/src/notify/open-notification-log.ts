import type { Clock, Logger } from '@whoran/kernel';
import { openRedis } from '@whoran/redis';
import { type Health, type Shutdown, redisAccess } from '@whoran/service-kit';
import type { AlertRouterConfig } from '../alert-router.config.ts';
import { MemoryNotificationLog, type NotificationLog } from './notification-log.ts';
import { RedisNotificationLog } from './redis-notification-log.ts';

interface Around {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: Health;
  readonly shutdown: Shutdown;
}

/** Opens the log that routers share in Redis, or one in memory when no Redis is set. Throws ConfigInvalid. */
export function openNotificationLog(config: AlertRouterConfig, { clock, logger, health, shutdown }: Around): NotificationLog {
  const access = redisAccess(config);
  if (!access) return new MemoryNotificationLog(clock, { size: config.dedupSize, ttl: config.dedupTtl });
  const redis = openRedis(access, { logger, connectionName: 'whoran-alert-router' });
  health.add('redis', () => redis.problem());
  shutdown.add('redis', () => redis.close());
  return new RedisNotificationLog(redis, { ttl: config.dedupTtl });
}
