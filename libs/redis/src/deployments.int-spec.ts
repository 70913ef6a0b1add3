import { afterEach, describe, expect, it } from '@jest/globals';
import { DependencyUnavailable } from '@whoran/kernel';
import { RecordingLogger, RedisScene, eventually } from '@whoran/testing';
import { keySlot } from './key-slot.ts';
import { command, scriptRun } from './redis-command.ts';

const ADD = { lua: `return redis.call('INCRBY', KEYS[1], ARGV[1])`, keys: 1 };
const opened = new RedisScene();

afterEach(() => opened.close());

describe('Redis with a password', () => {
  const rules = ['on', '>pa:ss%word', '~spec:*', '&spec:*', '+@all', '-@dangerous', '+info'];

  it('is used as the user that is given, in the URL or beside it', async () => {
    const { url, port } = await opened.server({ args: ['--user', 'whoran', ...rules, '--user', 'default', 'off'] });
    const inUrl = opened.client({ url: `redis://whoran:pa%3Ass%25word@127.0.0.1:${port}/1` });
    const beside = opened.client({ url, username: 'whoran', password: 'pa:ss%word' });
    for (const redis of [inUrl, beside]) expect(await redis.send(command('SET', 'spec:a', 1))).toBe('OK');
    await expect(inUrl.send(command('SET', 'other:a', 1))).rejects.toThrow(/docs\/operations\/redis\.md/);
    expect(inUrl.problem()).toContain('NOPERM');
  });

  it('says once that the password is wrong, never what it is, and goes on when it is right', async () => {
    const { port } = await opened.server({ args: ['--user', 'whoran', ...rules, '--user', 'default', 'on', 'nopass', '+@all', '~*'] });
    const logger = new RecordingLogger();
    const redis = opened.client({ url: `redis://whoran:Sesame1@127.0.0.1:${port}` }, logger);
    const refused = redis.send(command('GET', 'spec:a'));
    await expect(refused).rejects.toThrow(DependencyUnavailable);
    await expect(refused).rejects.toThrow(/check WHORAN_REDIS_USERNAME and WHORAN_REDIS_PASSWORD/);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(logger.events).toEqual(['error redis.refused']);
    await opened.client({ url: `redis://127.0.0.1:${port}` }).send(command('ACL', 'SETUSER', 'whoran', '>Sesame1'));
    await eventually(async () => expect(await redis.send(command('GET', 'spec:a'))).toBeNull());
    expect(redis.problem()).toBeUndefined();
    expect(logger.text).not.toContain('Sesame');
  });
});

describe('Redis over TLS', () => {
  it('is trusted by its own CA and by no other', async () => {
    const secured = await opened.tls();
    const { ca } = secured;
    const { port } = await opened.maybeTlsServer(secured, []);
    expect(await opened.client({ url: `rediss://127.0.0.1:${port}`, tls: { ca } }).send(command('PING'))).toBe('PONG');
    expect(await opened.client({ url: `rediss://localhost:${port}`, tls: { ca } }).send(command('PING'))).toBe('PONG');
    const distrustful = opened.client({ url: `rediss://127.0.0.1:${port}` });
    await expect(distrustful.send(command('PING'))).rejects.toThrow(/certificate/);
    const plain = opened.client({ url: `redis://127.0.0.1:${port}` });
    await expect(plain.send(command('PING'))).rejects.toThrow(DependencyUnavailable);
  });

  it('is reached through sentinels and in a cluster', async () => {
    const tls = await opened.tls();
    const { sentinels } = await opened.sentinels(tls);
    const behind = opened.client({ sentinels, sentinelName: 'primary', tls: { ca: tls.ca } });
    expect(await behind.send(command('SET', 'spec:a', 1))).toBe('OK');
    const { nodes } = await opened.cluster(tls);
    const redis = opened.client({ clusterNodes: nodes.slice(0, 1), tls: { ca: tls.ca } });
    const keys = ['a', 'b', 'c', 'd'].map((name) => redis.key(name));
    expect(await redis.pipeline(keys.map((key) => scriptRun(ADD, [key], [1])))).toEqual([1, 1, 1, 1]);
  });
});

/** One election of the sentinels takes about five seconds; one that fails is repeated. */
const FAILOVER = 30_000;

describe('Redis with sentinels', () => {
  it('is found, and found again after a failover, also by listeners', async () => {
    const { primary, sentinels } = await opened.sentinels();
    const redis = opened.client({ sentinels, sentinelName: 'primary' });
    let subscribed = 0;
    const heard: string[] = [];
    redis.subscribe(redis.key('news'), { onMessage: (text) => heard.push(text), onSubscribed: () => (subscribed += 1) });
    await redis.send(command('SET', 'spec:a', 'kept'));
    expect(await redis.send(command('WAIT', 1, 2000))).toBe(1);
    await eventually(() => expect(subscribed).toBe(1));
    await primary.kill();
    const begin = performance.now();
    await expect(redis.send(command('GET', 'spec:a'))).rejects.toThrow(DependencyUnavailable);
    await eventually(async () => expect(await redis.send(command('GET', 'spec:a'))).toBe('kept'), FAILOVER);
    await eventually(async () => expect(await redis.send(command('SET', 'spec:b', 1))).toBe('OK'));
    expect(performance.now() - begin).toBeLessThan(FAILOVER);
    // A replica that is promoted drops its listeners, so one that found it early subscribes a third time.
    await eventually(() => expect(subscribed).toBeGreaterThan(1));
    await eventually(async () => {
      await redis.send(command('PUBLISH', redis.key('news'), 'x'));
      expect(heard).toContain('x');
    });
  });
});

describe('a Redis Cluster', () => {
  it('takes pipelines over all nodes, scripts on hash tags, messages, and survives the loss of a primary', async () => {
    const { servers, nodes } = await opened.cluster();
    const redis = opened.client({ clusterNodes: nodes.slice(0, 2) });
    const keys = Array.from({ length: 100 }, (_, index) => redis.key(`{${index}}`, 'n'));
    expect(new Set(keys.map((key) => Math.floor(keySlot(key) / 5461))).size).toBe(3);
    expect(await redis.pipeline(keys.map((key, index) => scriptRun(ADD, [key], [index])))).toEqual(keys.map((_, index) => index));
    expect(await redis.pipeline(keys.flatMap((key) => [command('INCR', key), command('GET', key)]))).toEqual(
      keys.flatMap((_, index) => [index + 1, String(index + 1)]),
    );
    const heard: string[] = [];
    redis.subscribe(redis.key('news'), { onMessage: (text) => heard.push(text) });
    await eventually(async () => {
      await redis.send(command('PUBLISH', redis.key('news'), 'x'));
      expect(heard).toContain('x');
    });
    expect(redis.problem()).toBeUndefined();

    await servers[0]?.kill();
    await expect(redis.pipeline(keys.map((key) => command('GET', key)))).rejects.toThrow(DependencyUnavailable);
    await eventually(async () => {
      expect(await redis.pipeline(keys.map((key) => command('GET', key)))).toEqual(keys.map((_, index) => String(index + 1)));
    });
    await eventually(() => expect(redis.problem()).toBeUndefined());
  });

  it('follows a slot that moves to another node', async () => {
    const { servers, nodes } = await opened.cluster();
    const redis = opened.client({ clusterNodes: nodes });
    const keys = ['{a}1', '{a}2', '{b}1', '{c}1'].map((key) => redis.key(key));
    await redis.pipeline(keys.map((key) => command('SET', key, key)));
    const slot = keySlot('{a}');
    const from = Math.floor(slot / 5461);
    const [source, target] = [opened.client({ url: servers[from]?.url ?? '' }), opened.client({ url: servers[(from + 1) % 3]?.url ?? '' })];
    const idOf = async (client: typeof source) => String(await client.send(command('CLUSTER', 'MYID')));
    await target.send(command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(source)));
    await source.send(command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(target)));
    await source.send(command('MIGRATE', '127.0.0.1', servers[(from + 1) % 3]?.port ?? 0, 'spec:{a}1', 0, 2000));
    expect(await redis.pipeline(keys.map((key) => command('GET', key)))).toEqual(keys);
    await source.send(command('MIGRATE', '127.0.0.1', servers[(from + 1) % 3]?.port ?? 0, 'spec:{a}2', 0, 2000));
    for (const client of [target, source]) await client.send(command('CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(target)));
    for (let round = 0; round < 3; round += 1) {
      expect(await redis.pipeline(keys.map((key) => command('GET', key)))).toEqual(keys);
    }
  });
});
