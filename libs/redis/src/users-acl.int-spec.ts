import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisScene, eventually } from '@whoran/testing';
import { type RedisCommand, command, scriptRun } from './redis-command.ts';
import type { RedisClient } from './redis-client.ts';

const ACL = new URL('../../../deploy/redis/users.acl', import.meta.url);
const WRITE = { lua: `return redis.call('SET', KEYS[1], ARGV[1])`, keys: 1 };
const KEYS = {
  resolver: ['whoran:{prod/node-1}:facts', 'whoran:{prod}:shared', 'whoran:tended'],
  router: [
    'whoran:notified:e1/Terminal shell in container',
    'whoran:silences',
    'whoran:recent-alerts',
    'whoran:dispatch:{groups}:due',
    'whoran:inhibiting:0',
    'whoran:response:{list}:records',
  ],
  webhook: ['whoran:quarantine:{list}:entries'],
} as const;
const CHANNELS = { resolver: 'whoran:shared', webhook: 'whoran:quarantine' } as const;
type User = keyof typeof KEYS;

describe('the users of deploy/redis/users.acl', () => {
  const opened = new RedisScene();
  let url = '';

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-acl-'));
    opened.add(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'users.acl');
    writeFileSync(file, readFileSync(ACL));
    ({ url } = await opened.server({ args: ['--aclfile', file] }));
  });
  afterAll(() => opened.close());

  const as = (user: User): RedisClient => {
    const password = new RegExp(`whoran-${user} on >(\\S+)`).exec(readFileSync(ACL, 'utf8'))?.[1] ?? '';
    return opened.client({ url, prefix: 'whoran', username: `whoran-${user}`, password });
  };
  const isRefused = (client: RedisClient, asked: RedisCommand) =>
    client.send(asked).then(
      () => false,
      (error: unknown) => /NOPERM|The user executing the script/.test(String(error)),
    );

  it.each(Object.keys(KEYS) as User[])('%s reaches its keys and channel and no others', async (user) => {
    const client = as(user);
    for (const [owner, keys] of Object.entries(KEYS)) {
      for (const key of keys) {
        const refused = await Promise.all([isRefused(client, scriptRun(WRITE, [key], ['x'])), isRefused(client, command('GET', key))]);
        const may = owner === user || (user === 'router' && owner === 'webhook');
        expect([key, ...refused]).toEqual([key, !may, !may]);
      }
    }
    for (const [owner, channel] of Object.entries(CHANNELS)) {
      const published = !(await isRefused(client, command('PUBLISH', channel, 'x')));
      expect([channel, published]).toEqual([channel, owner === user || (user !== 'webhook' && owner === 'webhook')]);
    }
    const dangerous = [command('FLUSHALL'), command('KEYS', '*'), command('CONFIG', 'GET', '*'), command('ACL', 'LIST')];
    for (const asked of dangerous) expect(await isRefused(client, asked)).toBe(true);
    expect(client.problem()).toContain('NOPERM');
  });

  it('resolver may ask for the time in a script, as others need not', async () => {
    const time = { lua: `redis.call('TIME') return redis.call('TYPE', KEYS[1])`, keys: 1 };
    expect(await isRefused(as('resolver'), scriptRun(time, [KEYS.resolver[0]], []))).toBe(false);
    const router = as('router');
    await expect(router.send(scriptRun(time, [KEYS.router[0]], []))).rejects.toThrow(/docs\/operations\/redis\.md/);
  });

  it.each(Object.entries(CHANNELS) as [User, string][])('%s hears its channel', async (user, channel) => {
    const client = as(user);
    let subscribed = false;
    client.subscribe(channel, { onMessage: () => {}, onSubscribed: () => (subscribed = true) });
    await eventually(() => expect(subscribed).toBe(true));
  });
});
