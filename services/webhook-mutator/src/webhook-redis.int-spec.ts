import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SilentLogger } from '@whoran/kernel';
import { QuarantineList } from '@whoran/quarantine';
import { type RedisClient, openRedis } from '@whoran/redis';
import { eventually, sharedRedisUrl, startRedis } from '@whoran/testing';
import { review, webhookInSpec } from './spec-server.ts';

const REFUSED = 'exec refused by whoran: user jane@example.com is quarantined: alert 7';

describe('the webhook with Redis', () => {
  const webhook = webhookInSpec();
  let redis: RedisClient | undefined;

  afterEach(() => redis?.close());

  const callAs = async (username: string) => {
    const reply = await webhook.call(review({ uid: randomUUID(), userInfo: { username } }));
    return reply.json.response as { readonly allowed: boolean; readonly status?: { readonly message: string } };
  };

  it('refuses whom the list in Redis names, and whom the file names', async () => {
    const [redisUrl, redisPrefix] = [sharedRedisUrl(), `spec-${randomUUID()}`];
    const quarantineFile = join(webhook.dir, 'quarantine.yaml');
    writeFileSync(quarantineFile, 'blocked:\n  - {users: [max], reason: incident 42}\n');
    redis = openRedis({ url: redisUrl, prefix: redisPrefix }, { logger: new SilentLogger() });
    const list = new QuarantineList(redis, webhook.clock);
    await webhook.start({ redisUrl, redisPrefix, quarantineFile });
    expect([(await callAs('jane@example.com')).allowed, (await callAs('max')).allowed]).toEqual([true, false]);
    const begin = performance.now();
    await list.add({ users: ['jane@example.com'], reason: 'alert 7', author: 'ana' }, 'jane');
    await eventually(async () => expect(await callAs('jane@example.com')).toMatchObject({ allowed: false, status: { message: REFUSED } }));
    expect(performance.now() - begin).toBeLessThan(1000);
    expect((await callAs('joe')).allowed).toBe(true);
    expect(await webhook.metric('whoran_webhook_quarantine_entries{state="in-use"')).toBe(1);
    await list.remove('jane');
    await eventually(async () => expect((await callAs('jane@example.com')).allowed).toBe(true));
  });

  it('starts, is ready and injects without Redis, and says for how long', async () => {
    const { port, stop } = await startRedis();
    await stop();
    const begin = performance.now();
    await webhook.start({ redisUrl: `redis://127.0.0.1:${port}` });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect((await webhook.probe('/readyz')).status).toBe(200);
    expect((await callAs('jane@example.com')).allowed).toBe(true);
    webhook.clock.advanceTo(webhook.clock.now() + 4000);
    await eventually(async () => expect(await webhook.metric('whoran_webhook_quarantine_age_seconds')).toBe(4));
  });
});
