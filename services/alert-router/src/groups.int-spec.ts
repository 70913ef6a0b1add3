import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Delivery, type Notification, topics } from '@whoran/contracts';
import { anAttributedEvent, sharedRedisUrl, startRedis } from '@whoran/testing';
import { KafkaScene, sleep } from './spec-support/kafka-scene.ts';
import type { RouterProcess } from './spec-support/router-process.ts';

// Starting a process, joining groups, and missing a member that was killed take their time.
jest.setTimeout(180_000);

let scene: KafkaScene;
let redisPrefix: string;
let server: Server;
let requests: string[];
/** What the receiver answers to a notification. */
let answer: (id: string) => number;
let told: Notification[];
let records: Delivery[];

beforeAll(async () => {
  scene = await KafkaScene.open(whatHappened);
  await scene.bus.subscribe({ group: 'spec', topic: topics.notifications, handle: async (batch) => void told.push(...batch) });
  await scene.bus.subscribe({ group: 'spec', topic: topics.deliveries, handle: async (batch) => void records.push(...batch) });
});
afterAll(() => scene.close());
beforeEach(async () => {
  [requests, told, records] = [[], [], []];
  scene.begin();
  answer = () => 200;
  redisPrefix = `spec-${randomUUID()}`;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = decodeURIComponent(String(request.headers['idempotency-key']));
      requests.push(id);
      response.writeHead(answer(id)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await scene.end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function start(routes: string, redisUrl = sharedRedisUrl()): Promise<RouterProcess> {
  const { port } = server.address() as AddressInfo;
  return scene.start(routes.replaceAll('URL', `http://127.0.0.1:${port}/`), {
    WHORAN_REDIS_URL: redisUrl,
    WHORAN_REDIS_PREFIX: redisPrefix,
  });
}

/** What a failure is explained with: what was told and delivered. */
const whatHappened = () => [
  ...told.map(({ id, receiver, reason, total }) => `told ${id} ${receiver} ${reason} ${total}`),
  ...records.map(({ id, receiver, outcome, total }) => `recorded ${id} ${receiver} ${outcome} ${total}`),
];

/** Rules of these names, each on an event of its own. */
const raise = (name: string, count: number) =>
  scene.bus.publish(
    topics.attributedEvents,
    Array.from({ length: count }, (_, index) =>
      anAttributedEvent({ rule: `${name} ${index}`, priority: 'Warning', tags: [] }, { id: `${name}-${index}`, revision: 1 }),
    ),
  );
/** The notifications that a receiver took. */
const delivered = (name: string) =>
  new Set(records.filter(({ receiver, outcome }) => receiver === name && outcome === 'delivered').map(({ notification }) => notification));
const grouped = (name: string, wait: string) => `
route: { receiver: ${name}, group_by: [cluster], group_wait: ${wait}, group_interval: 5s, repeat_interval: 1h }
receivers: [{ name: ${name}, webhook: { url: 'URL' } }]`;

describe('groups of routers on Kafka and Redis', () => {
  it('are told once by two routers, with the alerts that came to either', async () => {
    const routes = grouped('two', '10s');
    await Promise.all([start(routes), start(routes)]);
    await raise('two', 60);
    await scene.until('told', () => told.length > 0);
    await sleep(8_000);
    expect(told.map(({ reason, total }) => [reason, total])).toEqual([['group', 60]]);
    await raise('two more', 5);
    await scene.until('told again', () => told.length > 1);
    expect(told[1]).toMatchObject({ reason: 'new-alerts', total: 65, revision: 2, subject: told[0]?.subject });
    await scene.until('recorded', () => records.length === 2);
    expect(records.map(({ outcome, total }) => [outcome, total])).toEqual([
      ['delivered', 60],
      ['delivered', 65],
    ]);
  });

  it('outlive every router: what waited when all were killed is told once by the next', async () => {
    const routes = grouped('killed', '15s');
    const both = await Promise.all([start(routes), start(routes)]);
    await raise('killed', 20);
    await sleep(6_000);
    expect(told).toEqual([]);
    await Promise.all(both.map((router) => router.kill()));
    await start(routes);
    await scene.until('told', () => told.length > 0);
    await sleep(3_000);
    expect(new Set(told.map(({ id, total }) => `${id} ${total}`)).size).toBe(1);
    expect(told[0]).toMatchObject({ reason: 'group', total: 20 });
    await scene.until('delivered', () => requests.length > 0);
  });
});

describe('routers whose Redis is away', () => {
  it('wait with alerts, and tell all of them once it is back', async () => {
    const own = await startRedis();
    let redis = own;
    try {
      const router = await start(
        `
route: { receiver: waits }
receivers: [{ name: waits, rate_limit: { limit: 1000 }, webhook: { url: 'URL' } }]`,
        own.url,
      );
      await raise('before', 5);
      await scene.until('told', () => told.length === 5);
      await own.kill();
      await raise('meanwhile', 5);
      await sleep(3_000);
      expect([told.length, (await fetch(`${router.url}/readyz`)).status]).toEqual([5, 503]);
      redis = await startRedis({ port: own.port });
      await scene.until('told', () => new Set(told.map(({ id }) => id)).size === 10);
    } finally {
      await redis.kill();
    }
  });
});

describe('a receiver that is down', () => {
  it('is stood in for by another, once for each alert', async () => {
    answer = () => 503;
    await start(`
route: { receiver: first }
receivers:
  - { name: first, on_failure: second, escalate_after: 5s, webhook: { url: 'URL' } }
  - { name: second, stdout: {} }`);
    await raise('down', 3);
    await scene.until('escalated', () => delivered('second').size === 3);
    await raise('down still', 5);
    await scene.until('what came then, too', () => delivered('second').size === 8);
    const escalations = told.filter(({ reason }) => reason === 'escalation');
    expect(escalations.map(({ receiver, escalated }) => [receiver, escalated?.from])).toEqual(Array(8).fill(['second', 'first']));
    expect(delivered('first').size).toBe(0);
    answer = () => 200;
    await scene.until('delivered late', () => delivered('first').size === 8);
  });
});

describe('an alert that the receiver does not take', () => {
  it('keeps none of the others away, however many come behind it', async () => {
    const bad = ({ id }: { readonly id: string }) => /bad [0-9]/.test(id);
    answer = (id) => (bad({ id }) ? 503 : 200);
    await start(`
route: { receiver: picky }
receivers: [{ name: picky, rate_limit: { limit: 1000 }, webhook: { url: 'URL' } }]`);
    await raise('bad', 4);
    await scene.until('tried', () => new Set(requests).size === 4);
    await raise('good', 500);
    await scene.until('the others', () => new Set(requests.filter((id) => !bad({ id }))).size === 500, 60_000);
    await scene.until('recorded', () => delivered('picky').size === 500);
    expect(requests.filter((id) => !bad({ id }))).toHaveLength(500);
  });
});

describe('a flood at two routers', () => {
  it('is capped for both together and summed up', async () => {
    const routes = `
route: { receiver: capped }
receivers: [{ name: capped, rate_limit: { limit: 10, per: 20s }, webhook: { url: 'URL' } }]`;
    await Promise.all([start(routes), start(routes)]);
    await raise('flood', 300);
    await scene.until('the summary', () => told.some(({ reason }) => reason === 'storm'));
    const storms = told.filter(({ reason }) => reason === 'storm');
    const single = told.length - storms.length;
    expect(single).toBeLessThan(30);
    await scene.until('all recorded', () => records.filter(({ outcome }) => outcome === 'muted').length === 300 - single);
    expect(storms.reduce((sum, { total }) => sum + total, 0)).toBe(300 - single);
  });
});
