import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SilentLogger } from '@whoran/kernel';
import { command, openRedis } from '@whoran/redis';
import { sharedRedisUrl } from '@whoran/testing';
import { GROUPS, describeDispatchStore } from './dispatch-store.suite.ts';
import { RedisDispatchStore } from './redis-dispatch-store.ts';

function open(prefix = `spec-${randomUUID()}`) {
  const redis = openRedis({ url: sharedRedisUrl(), prefix }, { logger: new SilentLogger() });
  return { redis, store: new RedisDispatchStore(redis, { groups: GROUPS }) };
}

describeDispatchStore('Redis', async () => {
  const prefix = `spec-${randomUUID()}`;
  const [one, two] = [open(prefix), open(prefix)];
  return {
    store: one.store,
    other: two.store,
    now: () => Date.now(),
    pass: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
    close: async () => void (await Promise.all([one.redis.close(), two.redis.close()])),
  };
});

describe('a dispatch store in Redis', () => {
  it('keeps every state for a time, and takes what it cannot read for nothing', async () => {
    const { redis, store } = open();
    const key = redis.key('dispatch', '{groups}', 'rate:r');
    const state = { kind: 'rate', rate: { bucket: { tokens: 1, at: 1 } } } as const;
    await store.save([{ key: 'rate:r', version: '', state }], Date.now());
    await store.inhibit(['x'], Date.now() + 1000, Date.now());
    const keys = (await redis.send(command('KEYS', redis.key('*')))) as string[];
    expect(keys).toHaveLength(2);
    for (const each of keys) expect(await redis.send(command('PTTL', each))).toBeGreaterThan(0);
    await redis.send(command('HSET', key, 's', 'broken', 'o', '[1'));
    const kept = (await store.load(['rate:r'])).get('rate:r');
    expect(kept).toEqual({ version: kept?.version });
    expect(await store.save([{ key: 'rate:r', version: kept?.version ?? '', state }], Date.now())).toEqual(['saved']);
    await redis.close();
  });
});
