import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { command, openRedis } from '@whoran/redis';
import { RecordingLogger, anAlert, sharedRedisUrl, startRedis } from '@whoran/testing';
import { RECENT } from './recent-alerts.ts';
import { RedisRecentAlerts } from './redis-recent-alerts.ts';
import { RedisSilenceStore } from './redis-silence-store.ts';
import { NOW, aSilence, describeSilenceStore } from './silence-store.suite.ts';

const clock = new VirtualClock(NOW);
const logger = new SilentLogger();
const open = (prefix = `spec-${randomUUID()}`, url = sharedRedisUrl()) => openRedis({ url, prefix }, { logger });

describeSilenceStore('Redis', async () => {
  const prefix = `spec-${randomUUID()}`;
  const [one, two] = [open(prefix), open(prefix)];
  const close = async () => void (await Promise.all([one.close(), two.close()]));
  return { store: new RedisSilenceStore(one, { clock, logger }), other: new RedisSilenceStore(two, { clock, logger }), close };
});

describe('silences in Redis', () => {
  it('take what is no silence for nothing, and say so once', async () => {
    const redis = open();
    const told = new RecordingLogger();
    const store = new RedisSilenceStore(redis, { clock, logger: told });
    await store.put([aSilence()]);
    await redis.send(command('HSET', redis.key('silences'), 'foreign', '{"id": "foreign"}', 'other', 'x', ':revision', 7));
    expect((await store.all()).map(({ id }) => id)).toEqual(['silence-1']);
    await store.index();
    expect(told.events).toEqual(['warn silences.unreadable']);
    await redis.close();
  });

  it('are not taken for those of before, when Redis was emptied and has as many changes again', async () => {
    const prefix = `spec-${randomUUID()}`;
    const [one, two] = [open(prefix), open(prefix)];
    const [store, other] = [new RedisSilenceStore(one, { clock, logger }), new RedisSilenceStore(two, { clock, logger })];
    await store.put([aSilence()]);
    expect(await other.all()).toHaveLength(1);
    await one.send(command('DEL', one.key('silences')));
    await store.put([aSilence({ id: 'another' })]);
    expect((await other.all()).map(({ id }) => id)).toEqual(['another']);
    await Promise.all([one.close(), two.close()]);
  });

  it('mute nothing by guess while Redis is away', async () => {
    const server = await startRedis();
    const redis = open('spec', server.url);
    const store = new RedisSilenceStore(redis, { clock, logger });
    await store.put([aSilence()]);
    await server.kill();
    await expect(store.index()).rejects.toThrow(DependencyUnavailable);
    await expect(new RedisRecentAlerts(redis, logger).remember([anAlert()])).resolves.toBeUndefined();
    await redis.close();
  });
});

describe('the memory of alerts in Redis', () => {
  it('has the latest revision of each, of bounded number and age', async () => {
    const prefix = `spec-${randomUUID()}`;
    const redis = open(prefix);
    const recent = new RedisRecentAlerts(redis, logger);
    await recent.remember([]);
    await recent.remember([anAlert({}, { id: 'a' }), anAlert({}, { id: 'a', revision: 2 })]);
    await recent.remember([anAlert({}, { id: 'a', revision: 1 })]);
    expect((await new RedisRecentAlerts(redis, logger).list()).map(({ whoran }) => [whoran.id, whoran.revision])).toEqual([['a', 2]]);
    for (let round = 0; round < 7; round += 1) {
      await recent.remember(Array.from({ length: RECENT.batch + 1 }, (_, index) => anAlert({}, { id: `${round}-${index}` })));
    }
    expect(await recent.list()).toHaveLength(RECENT.count);
    expect(await redis.send(command('PTTL', redis.key('recent-alerts')))).toBeGreaterThan(0);
    await redis.send(command('LPUSH', redis.key('recent-alerts'), 'no alert'));
    expect(await recent.list()).toHaveLength(RECENT.count - 1);
    await redis.close();
  });
});
