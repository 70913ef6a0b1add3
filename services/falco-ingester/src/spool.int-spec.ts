import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { applyTopics, planTopics, readTopic } from '@whoran/bus-kafka';
import { type FalcoEvent, encodeJson, topics } from '@whoran/contracts';
import { type KafkaServer, aFalcoEvent, eventually, startKafka } from '@whoran/testing';
import { type IngesterProcess, freePort, startIngester } from './spec-support/ingester-process.ts';

const TOKEN = 'token-of-test-0123456789';
/** Six programs are started, one after another. */
const LONG = 300_000;
const NODES = ['one', 'two', 'three', 'four'];
const folder = mkdtempSync(join(tmpdir(), 'falco-spool-'));
const credentialsFile = join(folder, 'credentials.yaml');
writeFileSync(credentialsFile, `clusters: {test: {tokens: [${TOKEN}]}}`);

let kafka: KafkaServer;
let port: number;
let ingester: IngesterProcess;
let settings: Record<string, string>;
beforeAll(async () => {
  kafka = await startKafka({ folder: join(folder, 'kafka') });
  port = await freePort();
  settings = {
    WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
    WHORAN_FALCO_CREDENTIALS_FILE: credentialsFile,
    WHORAN_FALCO_SPOOL_DIR: join(folder, 'spool'),
  };
  await applyTopics({ brokers: kafka.brokers, clientId: 'spec' }, planTopics({ replication: 1, minInSyncReplicas: 1 }));
});
afterEach(() => ingester.kill());
afterAll(async () => {
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends numbered events of a node one after another, each until it is answered 200, as long as told; says which those were. */
async function sendFrom(node: string, isOver: () => boolean): Promise<readonly number[]> {
  const answered: number[] = [];
  for (let number = 0; !isOver(); number += 1) {
    const { whoran: _, ...event } = aFalcoEvent({ hostname: node, output: String(number) }, { 'evt.num': number });
    while (!(await post(encodeJson(event)))) await pause(50);
    answered.push(number);
  }
  return answered;
}

async function post(body: string): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/clusters/test/falco/${TOKEN}`;
  const answer = await fetch(url, { method: 'POST', body }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.status === 200;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function waiting(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return [...text.matchAll(/^whoran_ingest_spool_events\{.*\} (\d+)$/gm)].reduce((sum, [, events]) => sum + Number(events), 0);
}

/** The numbers of each node's events in the order in which they first came. */
async function arrived(): Promise<ReadonlyMap<string, readonly number[]>> {
  const byNode = new Map<string, Set<number>>();
  const connection = { brokers: kafka.brokers, clientId: 'spec', topicPrefix: '' };
  for await (const { event } of readTopic<FalcoEvent>(connection, topics.falcoEvents)) {
    if (!event.ok) throw new Error(event.error);
    const numbers = byNode.get(event.value.whoran.node) ?? new Set();
    byNode.set(event.value.whoran.node, numbers.add(Number(event.value.output)));
  }
  return new Map([...byNode].map(([node, numbers]) => [node, [...numbers]]));
}

it(
  'loses nothing that was answered and keeps its order, though Kafka stops and the ingester is killed twice',
  async () => {
    ingester = await startIngester(port, settings);
    let over = false;
    const sending = NODES.map((node) => sendFrom(node, () => over));
    await pause(1500);
    await kafka.kill();
    await pause(4000);
    await ingester.kill();
    ingester = await startIngester(port, settings);
    await pause(4000);
    expect(await waiting()).toBeGreaterThan(10);
    kafka = await startKafka({ folder: join(folder, 'kafka'), port: kafka.port });
    await pause(300);
    // In the middle of the replay, or soon after it.
    await ingester.kill();
    ingester = await startIngester(port, settings);
    await pause(2000);
    over = true;
    const answered = await Promise.all(sending);
    await eventually(async () => expect(await waiting()).toBe(0));
    const came = await arrived();
    NODES.forEach((node, index) => {
      expect(answered[index]?.length).toBeGreaterThan(20);
      expect(came.get(node)).toEqual(answered[index]);
    });
  },
  LONG,
);

it(
  'ends in time while Kafka is away, and brings what it held at the next start',
  async () => {
    await applyTopics(
      { brokers: kafka.brokers, clientId: 'spec' },
      planTopics({ prefix: 'second.', replication: 1, minInSyncReplicas: 1 }),
    );
    const own = { ...settings, WHORAN_KAFKA_TOPIC_PREFIX: 'second.', WHORAN_FALCO_SPOOL_DIR: join(folder, 'second') };
    ingester = await startIngester(port, own);
    await kafka.kill();
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, 'ok\n']);
    let left = 20;
    const answered = await sendFrom('five', () => (left -= 1) < 0);
    expect(await ingester.stop()).toBe(0);
    kafka = await startKafka({ folder: join(folder, 'kafka'), port: kafka.port });
    ingester = await startIngester(port, own);
    await eventually(async () => {
      const numbers: string[] = [];
      const connection = { brokers: kafka.brokers, clientId: 'spec', topicPrefix: 'second.' };
      for await (const { event } of readTopic<FalcoEvent>(connection, topics.falcoEvents))
        if (event.ok) numbers.push(event.value.output ?? '');
      expect([...new Set(numbers)].map(Number)).toEqual(answered);
    });
  },
  LONG,
);
