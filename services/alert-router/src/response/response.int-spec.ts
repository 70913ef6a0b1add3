import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import type { Response } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { QuarantineList } from '@whoran/quarantine';
import { type RedisClient, openRedis } from '@whoran/redis';
import { SystemClock } from '@whoran/service-kit';
import { eventually, sharedRedisUrl, startForSpec } from '@whoran/testing';
import { alertRouter } from '../index.ts';

const TOKEN = 'token-of-ana-0000';

describe('responses of routers that share a Redis', () => {
  const clock = new SystemClock();
  const ends: (() => unknown)[] = [];
  let prefix: string;
  let folder: string;
  let redis: RedisClient;
  let list: QuarantineList;

  beforeEach(() => {
    prefix = `spec-${randomUUID()}`;
    folder = mkdtempSync(join(tmpdir(), 'response-'));
    redis = openRedis({ url: sharedRedisUrl(), prefix }, { logger: new SilentLogger() });
    list = new QuarantineList(redis, clock);
  });
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
    await redis.close();
    rmSync(folder, { recursive: true });
  });

  async function startRouter() {
    const responseFile = join(folder, 'response.yaml');
    writeFileSync(responseFile, 'actions: { quarantine: {} }\n');
    const config = { port: 0, rulesFiles: [], responseFile, apiTokens: `ana:${TOKEN}`, redisUrl: sharedRedisUrl(), redisPrefix: prefix };
    const { service } = await startForSpec(alertRouter, config, { bus: new InProcessBus(clock) });
    ends.push(() => service.stop());
    await eventually(async () => expect((await fetch(`${service.url}/readyz`)).status).toBe(200), 10_000);
    const ask = async (path: string, body: object) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const answer = await fetch(`${service.url}/api/v1/responses${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Response };
    };
    return { service, ask };
  }
  const blocked = async () => (await list.list()).records.map(({ id, users, author, reason }) => ({ id, users, author, reason }));
  const quarantine = { id: 'q1', action: 'quarantine', target: { user: 'jane' }, reason: 'incident 42', duration: '1h' };

  it('are in the list that webhooks follow, and undone by another router after a restart', async () => {
    const first = await startRouter();
    expect((await first.ask('', quarantine)).body.state).toBe('done');
    expect(await blocked()).toEqual([{ id: 'q1', users: ['jane'], author: 'ana', reason: 'incident 42' }]);
    await first.service.stop();
    const second = await startRouter();
    expect(await second.ask('', { ...quarantine, id: 'q2' })).toMatchObject({ status: 200, body: { id: 'q1', state: 'done' } });
    expect((await second.ask('/q1/undo', {})).body.state).toBe('undone');
    expect(await blocked()).toEqual([]);
  });

  it('are made once, when both are asked at the same time', async () => {
    const routers = [await startRouter(), await startRouter()];
    const answers = await Promise.all(routers.map(({ ask }, index) => ask('', { ...quarantine, id: `q${index}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(await blocked()).toHaveLength(1);
  });

  it('end once, whichever router ends them', async () => {
    const routers = [await startRouter(), await startRouter()];
    expect(await routers[0]?.ask('', { ...quarantine, duration: '1s' })).toMatchObject({ status: 201, body: { state: 'done' } });
    await eventually(async () => expect(await blocked()).toEqual([]), 10_000);
    await eventually(async () => expect((await routers[1]?.ask('/q1/undo', {}))?.status).toBe(409), 10_000);
    expect((await routers[1]?.ask('', quarantine))?.body).toMatchObject({ id: 'q1', state: 'expired' });
  });
});
