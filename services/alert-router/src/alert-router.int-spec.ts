import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type DeadLetter, type Notification, topics } from '@whoran/contracts';
import { anAttributedEvent } from '@whoran/testing';
import { KafkaScene, sleep } from './spec-support/kafka-scene.ts';
import type { RouterProcess } from './spec-support/router-process.ts';

// Starting a process, joining groups, and missing a member that was killed take their time.
jest.setTimeout(180_000);

/** A receiver that answers as it is told and remembers every request that it has read. */
class Receiver {
  readonly keys: { key: string; at: number }[] = [];
  /** Requests whose sender went away before the answer. */
  cut = 0;
  private readonly server: Server;

  constructor(public answer: (response: ServerResponse) => void = (response) => response.end()) {
    this.server = createServer((request, response) => {
      response.on('close', () => (this.cut += response.writableFinished ? 0 : 1));
      request.resume().on('end', () => {
        // The receiver's own name is part of it.
        const key = decodeURIComponent(String(request.headers['idempotency-key'])).replace(/^\w+-(?:quick|slow)\//, '');
        this.keys.push({ key, at: performance.now() });
        this.answer(response);
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  get distinct(): ReadonlySet<string> {
    return new Set(this.keys.map(({ key }) => key));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let scene: KafkaScene;
let letters: DeadLetter[];
let slow: Receiver;
let quick: Receiver;

beforeAll(async () => {
  scene = await KafkaScene.open();
  await scene.bus.subscribe({ group: 'spec-letters', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
});
afterAll(() => scene.close());
beforeEach(async () => {
  letters = [];
  scene.begin();
  slow = await new Receiver().listen();
  quick = await new Receiver().listen();
});
afterEach(async () => {
  await scene.end();
  await Promise.all([slow.close(), quick.close()]);
});

const start = (name: string): Promise<RouterProcess> => scene.start(routesOf(name), { WHORAN_ROUTER_RELOAD_INTERVAL: '500ms' });

/** Receivers have names of their own in each spec, so that none begins where another has ended. */
const routesOf = (name: string) =>
  `route: { receiver: ${name}-quick, routes: [{ receiver: ${name}-slow, continue: true }, { receiver: ${name}-quick }] }
receivers:
  - { name: ${name}-quick, webhook: { url: '${quick.url}' } }
  - { name: ${name}-slow, queue: { concurrency: 4 }, webhook: { url: '${slow.url}' } }
`;

async function publish(name: string, count: number): Promise<ReadonlySet<string>> {
  const events = Array.from({ length: count }, (_, index) =>
    anAttributedEvent(
      { rule: `Rule ${index % 10}`, priority: 'Warning', tags: [] },
      { id: `${name}-${index}`, revision: 1_800_000_000_000 },
    ),
  );
  await scene.bus.publish(topics.attributedEvents, events);
  return new Set(events.map(({ rule, whoran }) => `${whoran.id}/${rule}/${whoran.revision}`));
}

const CLOUD_EVENT = { id: 'broken', source: '/', type: 'dev.whoran.notifications.v1', time: '2026-01-01T10:00:00Z', subject: 'x' };
const slowly = (response: ServerResponse) => setTimeout(() => response.end(), 60);

describe('a router on Kafka', () => {
  it('that is killed while it delivers loses nothing, and says twice only what has the same key', async () => {
    slow.answer = slowly;
    const router = await start('killed');
    const sent = await publish('killed', 400);
    await scene.until('a quarter delivered', () => slow.keys.length >= 100);
    expect(slow.distinct.size).toBeLessThan(400);
    await router.kill();
    await start('killed');
    await scene.until('all delivered', () => slow.distinct.size === 400 && quick.distinct.size === 400);
    expect(slow.distinct).toEqual(sent);
    expect(quick.distinct).toEqual(sent);
    // At most what is settled together comes again: 64 of each of the four partitions, and what the first stage repeats.
    expect(slow.keys.length).toBeLessThan(400 + 2 * 4 * 64);
    expect(letters).toEqual([]);
  });

  it('that is asked to end cuts no delivery, and leaves the rest to the next', async () => {
    slow.answer = slowly;
    const router = await start('stopped');
    const sent = await publish('stopped', 400);
    await scene.until('some delivered', () => slow.keys.length >= 40);
    const began = performance.now();
    expect(await router.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
    expect([slow.cut, slow.distinct.size < 400]).toEqual([0, true]);
    await start('stopped');
    await scene.until('all delivered', () => slow.distinct.size === 400 && quick.distinct.size === 400);
    expect(slow.distinct).toEqual(sent);
    expect(letters).toEqual([]);
  });

  it('delays nobody for a receiver that is down, and brings it everything soon after it is back', async () => {
    slow.answer = (response) => response.writeHead(503).end();
    await start('down');
    const began = performance.now();
    const sent = await publish('down', 400);
    await scene.until('all at the other', () => quick.distinct.size === 400);
    expect(performance.now() - began).toBeLessThan(10_000);
    await sleep(20_000);
    // Seconds of probes and not 400 alerts that each knock at the door.
    expect(slow.keys.length).toBeLessThan(30);
    slow.keys.length = 0;
    slow.answer = (response) => response.end();
    await scene.until('all delivered', () => slow.distinct.size === 400, 20_000);
    expect(slow.distinct).toEqual(sent);
    expect(letters).toEqual([]);
  });

  it('takes new receivers and lets go of others while it runs', async () => {
    slow.answer = (response) => response.writeHead(503).end();
    await start('first');
    const waiting = await publish('first', 20);
    await scene.until('all at the other', () => quick.distinct.size === 20);
    scene.writeRoutes(routesOf('second'));
    await scene.until('kept', () => letters.length === 20, 60_000);
    expect(letters.every(({ origin, stage }) => stage === 'alert-router' && origin.endpoint === 'receivers/first-slow')).toBe(true);
    expect(letters.every(({ origin }) => origin.partition !== undefined && origin.offset !== undefined)).toBe(true);
    expect(letters.map(({ reason }) => reason)).toEqual(Array(20).fill('expired'));

    slow.answer = (response) => response.end();
    slow.keys.length = 0;
    const sent = await publish('second', 20);
    await scene.until('all at the new', () => slow.distinct.size === 20);
    expect([slow.distinct, [...waiting].some((key) => slow.distinct.has(key))]).toEqual([sent, false]);
  });

  it('shares the work with another, and each takes over from the other', async () => {
    slow.answer = slowly;
    const [first] = await Promise.all([start('shared'), start('shared')]);
    const sent = await publish('shared', 400);
    await scene.until('some delivered', () => slow.keys.length >= 100);
    await first.kill();
    await scene.until('all delivered', () => slow.distinct.size === 400 && quick.distinct.size === 400);
    expect(slow.distinct).toEqual(sent);
    expect(letters).toEqual([]);
  });

  // The last one: groups that begin later meet the broken notification as well.
  it('keeps what it cannot read once, whoever was to be told, and goes on', async () => {
    await start('broken');
    const broken = { id: 'broken' } as unknown as Notification;
    await scene.bus.publish({ ...topics.notifications, key: () => 'test/Rule 0', cloudEvent: () => CLOUD_EVENT }, [broken]);
    await publish('broken', 20);
    await scene.until('all delivered', () => slow.distinct.size === 20 && quick.distinct.size === 20);
    await scene.until('kept', () => letters.length === 2);
    expect(new Set(letters.map(({ id }) => id)).size).toBe(1);
    expect(letters[0]).toMatchObject({ stage: 'alert-router', reason: 'undecodable', origin: { topic: topics.notifications.name } });
  });
});
