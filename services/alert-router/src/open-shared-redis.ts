import type { Logger } from '@whoran/kernel';
import { type RedisClient, openRedis } from '@whoran/redis';
import { type Health, type Shutdown, redisAccess } from '@whoran/service-kit';
import type { AlertRouterConfig } from './alert-router.config.ts';

/** The connection to the Redis that routers share, if there is one; else state is in memory. */
export class SharedRedis {
  constructor(readonly client: RedisClient | undefined) {}
}

/** Opens the connection, tells readiness of it, and closes it at shutdown. Throws ConfigInvalid. */
export function openSharedRedis(
  config: AlertRouterConfig,
  { logger, health, shutdown }: { readonly logger: Logger; readonly health: Health; readonly shutdown: Shutdown },
): SharedRedis {
  const access = redisAccess(config);
  if (!access) return new SharedRedis(undefined);
  const redis = openRedis(access, { logger, connectionName: 'whoran-alert-router' });
  health.add('redis', () => redis.problem());
  shutdown.add('redis', () => redis.close());
  return new SharedRedis(redis);
}
