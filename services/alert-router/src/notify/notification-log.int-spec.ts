import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { type RedisClient, command, openRedis } from '@whoran/redis';
import { SystemClock } from '@whoran/service-kit';
import { type RedisServer, eventually, sharedRedisUrl, startRedis } from '@whoran/testing';
import { describeNotificationLog } from './notification-log.suite.ts';
import { MemoryNotificationLog } from './notification-log.ts';
import { RedisNotificationLog } from './redis-notification-log.ts';

const TTL = 60_000;
const entry = { revision: 0, named: false };
const pass = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

function open({ url = sharedRedisUrl(), prefix = `spec-${randomUUID()}` } = {}): RedisClient {
  return openRedis({ url, prefix }, { logger: new SilentLogger() });
}

const logIn = (redis: RedisClient, { ttl = TTL, ...rest }: { ttl?: number; claimTime?: number } = {}) =>
  new RedisNotificationLog(redis, { ttl, ...rest }, new MemoryNotificationLog(new SystemClock(), { size: 100, ttl }));

describeNotificationLog('Redis', async (ttl) => {
  const redis = open();
  return { log: logIn(redis, { ttl, claimTime: 100 }), pass, close: () => redis.close() };
});

describe('a notification log that routers share', () => {
  let server: RedisServer | undefined;
  const clients: RedisClient[] = [];
  const shared = (options?: { url?: string; prefix?: string }) => {
    const redis = open(options);
    clients.push(redis);
    return redis;
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server?.kill();
    server = undefined;
  });

  it('lets the second router wait for the first, and then know what it notified', async () => {
    const redis = shared();
    const [first, second] = [logIn(redis), logIn(redis)];
    expect((await first.find(['a', 'b'])).size).toBe(0);
    expect((await first.find(['a', 'b'])).size).toBe(0);
    await expect(second.find(['b', 'c'])).rejects.toThrow(DependencyUnavailable);
    await first.record(new Map([['b', entry]]));
    expect([...(await second.find(['b', 'c'])).keys()]).toEqual(['b']);
  });

  it('lets exactly one of many routers notify', async () => {
    const prefix = `spec-${randomUUID()}`;
    const racing = Array.from({ length: 10 }, () => logIn(shared({ prefix })));
    const found = await Promise.allSettled(racing.map((log) => log.find(['a'])));
    expect(found.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('lets the second take over when the first died', async () => {
    const redis = shared();
    await logIn(redis, { claimTime: 200 }).find(['a']);
    const second = logIn(redis);
    await expect(second.find(['a'])).rejects.toThrow(/another router/);
    await eventually(async () => expect((await second.find(['a'])).size).toBe(0));
  });

  it('keeps every key for a time, and takes what is no entry for nothing', async () => {
    const redis = shared();
    const log = logIn(redis);
    await log.find(['claimed']);
    await log.record(new Map([['recorded', entry]]));
    for (const id of ['claimed', 'recorded']) {
      expect(await redis.send(command('PTTL', redis.key('notified', id)))).toBeGreaterThan(0);
    }
    await redis.send(command('SET', redis.key('notified', 'foreign'), '1:2:3'));
    expect((await log.find(['foreign'])).size).toBe(0);
    await log.record(new Map([['foreign', entry]]));
    expect((await log.find(['foreign'])).get('foreign')).toEqual(entry);
  });

  it('does not repeat what it could not record while Redis was away', async () => {
    server = await startRedis();
    const { url, port } = server;
    const redis = shared({ url });
    const log = logIn(redis);
    await log.find(['a']);
    await server.kill();
    await expect(log.record(new Map([['a', entry]]))).rejects.toThrow(DependencyUnavailable);
    await expect(log.find(['a'])).rejects.toThrow(DependencyUnavailable);
    server = await startRedis({ port });
    await eventually(async () => expect((await log.find(['a', 'b'])).get('a')).toEqual(entry));
    expect(await redis.send(command('GET', redis.key('notified', 'a')))).toBe('0:0');
  });

  it('does not repeat what it notified before Redis was emptied, and lets others know', async () => {
    const redis = shared();
    const log = logIn(redis);
    await log.find(['a', 'b']);
    await log.record(new Map([['a', entry]]));
    await redis.send(command('DEL', redis.key('notified', 'a'), redis.key('notified', 'b')));
    expect([...(await log.find(['a', 'b', 'c']))]).toEqual([['a', entry]]);
    expect((await logIn(redis).find(['a'])).get('a')).toEqual(entry);
  });
});
