import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KafkaBus, applyTopics, planTopics } from '@whoran/bus-kafka';
import { type FalcoEvent, topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { ClusterLineage, describe as answer, observer } from '@whoran/lineage';
import { RedisLineageStore } from '@whoran/lineage-redis';
import { openRedis } from '@whoran/redis';
import { SystemClock } from '@whoran/service-kit';
import { SimulatedNode, eventually, simulatedVerifier } from '@whoran/testing';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const logger = new SilentLogger();

function servers() {
  const brokers = process.env['WHORAN_TEST_KAFKA_BROKERS'];
  const redis = process.env['WHORAN_TEST_REDIS_URL'];
  if (!brokers || !redis) throw new Error('no servers: run `node tools/servers/with-servers.mjs -- npm run test:int`');
  return { brokers, redis };
}

/** Topics of their own, and what a resolver that knows nothing but Redis would say. */
async function setUp() {
  const { brokers, redis } = servers();
  const name = `spec-${randomUUID()}`;
  const connection = { brokers: brokers.split(','), clientId: 'spec' };
  const topicPrefix = `${name}.`;
  await applyTopics(connection, planTopics({ prefix: topicPrefix, partitions: 2, replication: 1, minInSyncReplicas: 1 }));
  const bus = await KafkaBus.connect({ ...connection, topicPrefix, compression: 'none', clock: new SystemClock(), logger });
  const client = openRedis({ url: redis, prefix: name }, { logger });
  const store = new RedisLineageStore(client, { logger, ttl: 600_000 });
  await eventually(() => expect(client.problem()).toBeUndefined());
  const env = {
    WHORAN_KAFKA_BROKERS: brokers,
    WHORAN_KAFKA_TOPIC_PREFIX: topicPrefix,
    WHORAN_REDIS_URL: redis,
    WHORAN_REDIS_PREFIX: name,
    // A variable of another program must not matter.
    WHORAN_URL: 'http://127.0.0.1:1',
  };
  const close = async () => {
    await bus.close();
    await store.close();
  };
  return { bus, store, env, close };
}

async function userOf(store: RedisLineageStore, event: FalcoEvent): Promise<string | undefined> {
  const { node, cluster } = event.whoran;
  const lineage = new ClusterLineage(cluster, simulatedVerifier, { isProbe: () => false });
  for (const fact of await store.openCluster(cluster)) if (fact.kind === 'report') lineage.takeReport(fact.report, Date.now());
  const [known] = await store.take(cluster, [node]);
  for (const { facts } of known?.facts ?? []) for (const { seen, arrived } of facts) lineage.recall(node, seen, arrived);
  const seen = observer('SEC_')(event);
  if (typeof seen === 'string') throw new Error(seen);
  const process = lineage.takeObservation(node, seen, Date.now());
  lineage.settle();
  return answer(lineage, process).session?.user.username;
}

describe('whoran rebuild', () => {
  it('brings back from the topics what Redis lost', async () => {
    const { bus, store, env, close } = await setUp();
    try {
      const node = new SimulatedNode();
      const { root } = node.exec(node.container(), { user: 'jane', command: ['bash'] });
      const inputs = node.inputs.splice(0);
      const receivedAt = new Date().toISOString();
      for (const input of inputs) {
        if (input.kind === 'report') await bus.publish(topics.execSessions, [input.report]);
        else await bus.publish(topics.falcoEvents, [{ ...input.event, whoran: { ...input.event.whoran, receivedAt } }]);
      }
      node.start(node.fork(root), ['bash', '-c', 'hidden'], { token: '', user: '' });
      const later = node.inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : [])).at(-1);
      if (!later) throw new Error('no event');
      expect(await userOf(store, later)).toBeUndefined();

      const run = await runInSpec(['rebuild', '--since', '1h', '-o', 'json'], { env });
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(run.stdout)).toMatchObject({ read: inputs.length, unreadable: 0, nodes: 1 });
      expect(await userOf(store, later)).toBe('jane');
      expect((await runInSpec(['rebuild'], { env })).stdout).toContain(`Read ${inputs.length} messages.`);
      expect(await userOf(store, later)).toBe('jane');
    } finally {
      await close();
    }
  });

  it('says which settings are missing', async () => {
    const run = await runInSpec(['rebuild'], { env: {} });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/WHORAN_KAFKA_BROKERS: must be set[\s\S]*WHORAN_REDIS_URL: must be set/);
  });

  it('says that Kafka does not answer', async () => {
    const { brokers, redis } = servers();
    expect(brokers).not.toBe('');
    const env = { WHORAN_KAFKA_BROKERS: '127.0.0.1:1', WHORAN_REDIS_URL: redis };
    const run = await runInSpec(['rebuild'], { env });
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('Kafka')]);
  });
});
