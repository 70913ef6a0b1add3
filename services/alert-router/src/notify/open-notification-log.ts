import type { Clock } from '@whoran/kernel';
import type { AlertRouterConfig } from '../alert-router.config.ts';
import type { SharedRedis } from '../open-shared-redis.ts';
import { MemoryNotificationLog, type NotificationLog } from './notification-log.ts';
import { RedisNotificationLog } from './redis-notification-log.ts';

/** Opens the log that routers share in Redis, or one in memory when no Redis is set. */
export function openNotificationLog({ dedupSize, dedupTtl }: AlertRouterConfig, { client }: SharedRedis, clock: Clock): NotificationLog {
  const own = new MemoryNotificationLog(clock, { size: dedupSize, ttl: dedupTtl });
  return client ? new RedisNotificationLog(client, { ttl: dedupTtl }, own) : own;
}
