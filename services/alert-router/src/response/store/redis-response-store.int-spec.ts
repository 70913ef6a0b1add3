import { randomUUID } from 'node:crypto';
import { SilentLogger } from '@whoran/kernel';
import { openRedis } from '@whoran/redis';
import { sharedRedisUrl } from '@whoran/testing';
import { RedisResponseStore } from './redis-response-store.ts';
import { describeResponseStore } from './response-store.suite.ts';

describeResponseStore('Redis', async () => {
  const redis = openRedis({ url: sharedRedisUrl(), prefix: `spec-${randomUUID()}` }, { logger: new SilentLogger() });
  return { store: new RedisResponseStore(redis), close: () => redis.close() };
});
