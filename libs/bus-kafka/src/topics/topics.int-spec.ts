import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { anExecSession } from '@whoran/testing';
import { ConfigResourceTypes } from 'kafkajs';
import { asAdmin, busOptions, makeTopics, openBus, removeTopics, writeRaw } from '../spec-support/open-bus.ts';
import { applyTopics, checkTopics } from './apply-topics.ts';
import { type StoredEvent, readTopic } from './read-topic.ts';
import { planTopics } from './topic-plan.ts';

const options = busOptions();
const plan = (partitions: number, retention = 3_600_000) =>
  planTopics({ prefix: options.topicPrefix, partitions, replication: 1, retention });
const name = `${options.topicPrefix}${topics.execSessions.name}`;
const kinds = async (partitions: number, retention?: number) =>
  new Set((await checkTopics(options, plan(partitions, retention))).map(({ step }) => step.kind));

describe('topics on Kafka', () => {
  afterAll(() => removeTopics(options));

  it('are created as planned, and nothing is left to do then', async () => {
    expect(await kinds(2)).toEqual(new Set(['create']));
    await applyTopics(options, plan(2));
    expect(await kinds(2)).toEqual(new Set(['none']));
    await applyTopics(options, plan(2));
    expect(await kinds(2)).toEqual(new Set(['none']));
  });

  it('get the planned settings, and keep those that an operator made', async () => {
    await asAdmin(options.brokers, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries: [{ name: 'compression.type', value: 'gzip' }] }],
      }),
    );
    await applyTopics(options, plan(2, 30 * 86_400_000));
    expect(await kinds(2, 30 * 86_400_000)).toEqual(new Set(['none']));
    const { resources } = await asAdmin(options.brokers, (admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name }] }),
    );
    const values = Object.fromEntries((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
    expect(values).toMatchObject({ 'compression.type': 'gzip', 'retention.ms': String(30 * 86_400_000), 'cleanup.policy': 'delete' });
  });

  it('get more partitions only when that is allowed, and never fewer', async () => {
    const partitions = () =>
      asAdmin(options.brokers, async (admin) => (await admin.fetchTopicMetadata({ topics: [name] })).topics[0]?.partitions.length);
    await applyTopics(options, plan(3));
    expect(await partitions()).toBe(2);
    await applyTopics(options, plan(3), { allowRepartition: true });
    expect(await partitions()).toBe(3);
    const findings = await applyTopics(options, plan(2), { allowRepartition: true });
    expect(await partitions()).toBe(3);
    expect(findings.find(({ topic }) => topic.name === name)?.warnings.join()).toContain('more than 2');
  });
});

describe('reading a topic', () => {
  const own = busOptions();
  beforeAll(() => makeTopics(own));
  afterAll(() => removeTopics(own));
  const read = async (since?: number, most = Infinity) => {
    const seen: StoredEvent<{ readonly id: string }>[] = [];
    for await (const stored of readTopic(own, topics.execSessions, since === undefined ? {} : { since })) {
      seen.push(stored);
      if (seen.length >= most) break;
    }
    return seen;
  };
  const ids = (seen: Awaited<ReturnType<typeof read>>) => seen.map(({ event }) => (event.ok ? event.value.id : event.error)).sort();

  it('gives nothing of an empty one, and all of another up to its end, in order per partition', async () => {
    expect(await read()).toEqual([]);
    const { bus } = await openBus(own);
    const wanted = Array.from({ length: 3000 }, (_, id) => anExecSession({ id: String(id), pod: `pod-${id % 7}` }));
    await bus.publish(topics.execSessions, wanted);
    const seen = await read();
    expect(ids(seen)).toEqual(wanted.map(({ id }) => id).sort());
    const next = new Map<number, bigint>();
    for (const { partition, offset } of seen) {
      expect(BigInt(offset)).toBe(next.get(partition) ?? 0n);
      next.set(partition, BigInt(offset) + 1n);
    }
    await bus.close();
  });

  it('begins at a time, says what cannot be read, and ends when its reader has enough', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const since = Date.now();
    const { bus } = await openBus(own);
    await bus.publish(topics.execSessions, [anExecSession({ id: 'late' })]);
    await bus.close();
    await writeRaw(own, topics.execSessions, [{ key: 'k', value: '{"id": "not a session"}' }]);
    const seen = await read(since);
    expect(seen).toHaveLength(2);
    expect(ids(seen)).toEqual(expect.arrayContaining(['late', expect.stringContaining('cluster')]));
    expect(await read(since + 60_000)).toEqual([]);
    expect(await read(undefined, 10)).toHaveLength(10);
  });
});
