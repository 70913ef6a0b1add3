import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KafkaBus, applyTopics, planTopics } from '@whoran/bus-kafka';
import { topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import type { GettableSilence } from '@whoran/routing';
import { SystemClock } from '@whoran/service-kit';
import { anAttributedEvent, eventually, sharedKafkaBrokers, sharedRedisUrl } from '@whoran/testing';
import { type RouterProcess, startRouter } from '../spec-support/router-process.ts';

// Starting processes, joining groups, and missing a member that was killed take their time.
jest.setTimeout(180_000);

const TOKEN = 'a-token-of-the-spec';
const prefix = `spec-${randomUUID()}`;
const options = {
  brokers: sharedKafkaBrokers(),
  clientId: 'spec',
  topicPrefix: `${prefix}.`,
  compression: 'none' as const,
  clock: new SystemClock(),
  logger: new SilentLogger(),
};

describe('silences of routers that run side by side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'silences-'));
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    told.push(decodeURIComponent(String(request.headers['idempotency-key'])));
    request.resume().on('end', () => response.end());
  });
  let bus: KafkaBus;
  let routers: readonly [RouterProcess, RouterProcess];

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const routes = join(folder, 'routes.yaml');
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    writeFileSync(routes, `route: { receiver: out }\nreceivers: [{ name: out, webhook: { url: '${url}' } }]\n`);
    await applyTopics(options, planTopics({ prefix: options.topicPrefix, partitions: 4, replication: 1 }));
    bus = await KafkaBus.connect(options);
    const start = () =>
      startRouter({
        WHORAN_KAFKA_BROKERS: options.brokers.join(','),
        WHORAN_KAFKA_TOPIC_PREFIX: options.topicPrefix,
        WHORAN_REDIS_URL: sharedRedisUrl(),
        WHORAN_REDIS_PREFIX: prefix,
        WHORAN_ROUTER_API_TOKENS: TOKEN,
        WHORAN_ROUTER_ROUTES_FILE: routes,
      });
    routers = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(routers.map((router) => router.kill()));
    await bus.close();
    receiver.closeAllConnections();
    receiver.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async <T>(router: RouterProcess, method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`${router.url}/api/v2/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  /** Alerts of twenty rules, so that both routers have some. */
  const raise = (word: string, namespace: string) =>
    bus.publish(
      topics.attributedEvents,
      Array.from({ length: 20 }, (_, index) =>
        anAttributedEvent(
          { rule: `Rule ${index}`, priority: 'Warning', tags: [], output_fields: { 'k8s.ns.name': namespace } },
          { id: `${word}-${index}`, node: `node-${index}`, revision: 0 },
        ),
      ),
    );
  const toldOf = (word: string) => new Set(told.filter((key) => key.includes(`${word}-`))).size;

  it('hold at both at once, outlive the router that made them, and end at both', async () => {
    const [first, second] = routers;
    const matchers = [{ name: 'namespace', value: 'quiet', isRegex: false }];
    const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() };
    const made = await ask<{ silenceID: string }>(first, 'POST', 'silences', { matchers, ...times, createdBy: 'ana', comment: 'drill' });
    await raise('muted', 'quiet');
    await raise('loud', 'other');
    await eventually(() => expect(toldOf('loud')).toBe(20));
    expect(toldOf('muted')).toBe(0);

    await first.kill();
    expect(await ask<GettableSilence[]>(second, 'GET', 'silences')).toEqual([expect.objectContaining({ id: made.silenceID })]);
    await ask(second, 'DELETE', `silence/${made.silenceID}`);
    await raise('again', 'quiet');
    await eventually(() => expect(toldOf('again')).toBe(20), 90_000);
    expect(toldOf('muted')).toBe(0);
  });
});
