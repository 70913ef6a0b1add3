import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { SilentLogger } from '@whoran/kernel';
import { RedisLineageStore } from '@whoran/lineage-redis';
import { type RedisClient, type RedisOptions, command, openRedis } from '@whoran/redis';
import { RedisScene, describeLineageStore, sharedRedisUrl } from '@whoran/testing';

const LEASE = 300;

describeLineageStore('Redis', async () => {
  const url = sharedRedisUrl();
  const prefix = `spec-${randomUUID()}`;
  const own = openRedis({ url, prefix }, { logger: new SilentLogger() });
  return storesUnderTest({ url, prefix }, [own], () => own.close());
});

// One cluster for all specs: four servers and their links take a second or two.
const scene = new RedisScene();
let cluster: ReturnType<RedisScene['cluster']> | undefined;
afterAll(() => scene.close());

describeLineageStore('a Redis Cluster', async () => {
  cluster ??= scene.cluster();
  const { servers, nodes } = await cluster;
  // The last server is a replica, which takes no writes.
  const primaries = servers.slice(0, 3).map(({ url }) => scene.client({ url }));
  return storesUnderTest({ clusterNodes: nodes, prefix: `spec-${randomUUID()}` }, primaries, async () => {});
});

function storesUnderTest(options: RedisOptions, servers: readonly RedisClient[], end: () => Promise<void>) {
  const logger = new SilentLogger();
  const stores: RedisLineageStore[] = [];
  const removeAll = async () => {
    for (const server of servers) {
      const keys = await server.send(command('KEYS', `${options.prefix}:*`));
      for (const key of Array.isArray(keys) ? keys : []) await server.send(command('DEL', String(key)));
    }
  };
  return {
    open: async () => {
      const store = new RedisLineageStore(openRedis(options, { logger }), { logger, ttl: 600_000, lease: LEASE });
      stores.push(store);
      return store;
    },
    flush: removeAll,
    outlive: () => new Promise<void>((resolve) => setTimeout(resolve, LEASE + 50)),
    close: async () => {
      await removeAll();
      await Promise.all(stores.map((store) => store.close()));
      await end();
    },
  };
}
