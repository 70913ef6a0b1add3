import { randomUUID } from 'node:crypto';
import { SilentLogger } from '@whoran/kernel';
import { RedisLineageStore } from '@whoran/lineage-redis';
import { command, openRedis } from '@whoran/redis';
import { describeLineageStore } from '@whoran/testing';

const LEASE = 300;

describeLineageStore('Redis', async () => {
  const url = process.env['WHORAN_TEST_REDIS_URL'];
  if (!url) throw new Error('WHORAN_TEST_REDIS_URL is not set: run `node tools/servers/with-servers.mjs -- npm run test:int`');
  const logger = new SilentLogger();
  const prefix = `spec-${randomUUID()}`;
  const connect = () => openRedis({ url, prefix }, { logger });
  const own = connect();
  const stores: RedisLineageStore[] = [];
  const removeAll = async () => {
    const keys = await own.send(command('KEYS', `${prefix}:*`));
    for (const key of Array.isArray(keys) ? keys : []) await own.send(command('DEL', String(key)));
  };
  return {
    open: async () => {
      const store = new RedisLineageStore(connect(), { logger, ttl: 600_000, lease: LEASE });
      stores.push(store);
      return store;
    },
    flush: removeAll,
    outlive: () => new Promise((resolve) => setTimeout(resolve, LEASE + 50)),
    close: async () => {
      await removeAll();
      await Promise.all(stores.map((store) => store.close()));
      await own.close();
    },
  };
});
