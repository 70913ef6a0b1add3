import { afterEach, describe, expect, it } from '@jest/globals';
import { DependencyUnavailable, InvariantBroken } from '@whoran/kernel';
import { RecordingLogger, RedisScene, eventually, freePort } from '@whoran/testing';
import { command, scriptRun } from './redis-command.ts';

const ADD = { lua: `return redis.call('INCRBY', KEYS[1], ARGV[1])`, keys: 1 };
const opened = new RedisScene();

afterEach(() => opened.close());

const server = opened.server.bind(opened);
const client = opened.client.bind(opened);

const millisOf = async (work: Promise<unknown>) => {
  const begin = performance.now();
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, millis: performance.now() - begin };
};

describe('a client of Redis', () => {
  it('sends a pipeline with scripts in order and gives replies as text or bytes', async () => {
    const redis = client(await server());
    const key = redis.key('a');
    const steps = [command('SET', key, 'é'), command('GET', key), command('SET', key, 1), scriptRun(ADD, [key], [4]), command('GET', key)];
    expect(await redis.pipeline(steps)).toEqual(['OK', 'é', 'OK', 5, '5']);
    expect(await redis.pipeline([command('GET', key), scriptRun(ADD, [key], [1])], { binary: true })).toEqual([Buffer.from('5'), 6]);
    await redis.send(command('SCRIPT', 'FLUSH'));
    expect(await redis.send(scriptRun(ADD, [key], [1]))).toBe(7);
    expect(await redis.pipeline([])).toEqual([]);
  });

  it('tells what can never succeed from what is away, and what to do about it', async () => {
    const redis = client(await server());
    await redis.send(command('SET', 'spec:text', 'x'));
    const misused = redis.pipeline([command('GET', 'spec:text'), command('HGET', 'spec:text', 'x')]);
    await expect(misused).rejects.toThrow(InvariantBroken);
    await expect(misused).rejects.toThrow(/WHORAN_REDIS_PREFIX/);
    await expect(redis.send(command('NONSENSE', 'a secret'))).rejects.toThrow(/unknown command 'NONSENSE'$/);
    expect(redis.problem()).toBeUndefined();
  });

  it('says that memory is full, until it is not', async () => {
    const { url } = await server();
    const logger = new RecordingLogger();
    const redis = client({ url }, logger);
    await redis.send(command('CONFIG', 'SET', 'maxmemory', '1'));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(redis.send(scriptRun(ADD, ['spec:n'], [1]))).rejects.toThrow(DependencyUnavailable);
    }
    expect(redis.problem()).toContain('noeviction');
    expect(logger.events).toEqual(['error redis.full']);
    await redis.send(command('CONFIG', 'SET', 'maxmemory', '0'));
    await redis.send(scriptRun(ADD, ['spec:n'], [1]));
    expect(redis.problem()).toBeUndefined();
  });

  it('starts without Redis, refuses within a second, then at once, and works when it comes', async () => {
    const port = await freePort();
    const logger = new RecordingLogger();
    const redis = client({ url: `redis://127.0.0.1:${port}` }, logger);
    const first = await millisOf(redis.send(command('PING')));
    expect(first.error).toBeInstanceOf(DependencyUnavailable);
    expect(first.millis).toBeLessThan(1500);
    expect((await millisOf(redis.pipeline([command('PING')]))).millis).toBeLessThan(100);
    expect(redis.problem()).toContain('ECONNREFUSED');
    await server({ port });
    await eventually(async () => expect(await redis.send(command('PING'))).toBe('PONG'));
    expect(redis.problem()).toBeUndefined();
    expect(logger.events).toEqual(['warn redis.away', 'info redis.back']);
  });

  it('rejects what was under way when Redis is killed, never sends it again, and works after a restart', async () => {
    const first = await server();
    const redis = client(first);
    await redis.send(command('PING'));
    const under = redis.pipeline([command('BLPOP', 'spec:none', 30), scriptRun(ADD, ['spec:n'], [1])]).catch((error: unknown) => error);
    const other = client(first);
    await eventually(async () => expect(await other.send(command('INFO', 'clients'))).toContain('blocked_clients:1'));
    await first.kill();
    expect(await under).toBeInstanceOf(DependencyUnavailable);
    await server({ port: first.port });
    await eventually(async () => expect(await redis.send(command('DBSIZE'))).toBe(0));
  });

  it('gives up a Redis that answers nothing', async () => {
    const frozen = await server();
    const redis = client(frozen);
    await redis.send(command('PING'));
    frozen.pause();
    const { error, millis } = await millisOf(redis.send(command('PING')));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(millis).toBeLessThan(6_000);
    expect(redis.problem()).toBeDefined();
    frozen.resume();
    await eventually(async () => expect(await redis.send(command('PING'))).toBe('PONG'));
  });

  it('hears what is published, also after a restart', async () => {
    const first = await server();
    const redis = client(first);
    const heard: string[] = [];
    let subscribed = 0;
    redis.subscribe(redis.key('news'), { onMessage: (message) => heard.push(message), onSubscribed: () => (subscribed += 1) });
    await eventually(() => expect(subscribed).toBe(1));
    await redis.send(command('PUBLISH', redis.key('news'), 'one'));
    await eventually(() => expect(heard).toEqual(['one']));
    await first.kill();
    await server({ port: first.port });
    await eventually(() => expect(subscribed).toBe(2));
    await eventually(async () => expect(await redis.send(command('PUBLISH', redis.key('news'), 'two'))).toBe(1));
    await eventually(() => expect(heard).toEqual(['one', 'two']));
  });
});
