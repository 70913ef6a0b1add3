import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sharedKafkaBrokers } from '@whoran/testing';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const topicsOn = (prefix: string) => {
  const env = { WHORAN_KAFKA_BROKERS: sharedKafkaBrokers().join(','), WHORAN_KAFKA_TOPIC_PREFIX: prefix, WHORAN_URL: 'http://elsewhere' };
  return (...argv: readonly string[]) => runInSpec(['topics', ...argv, '--replication', '1'], { env });
};
const states = (stdout: string) => new Set((JSON.parse(stdout) as { state: string }[]).map(({ state }) => state));

describe('whoran topics', () => {
  it('finds what is missing, makes it, and has nothing left to do', async () => {
    const topics = topicsOn(`spec-${randomUUID()}.`);
    const before = await topics('check', '--partitions', '2', '-o', 'json');
    expect([before.status, states(before.stdout)]).toEqual([1, new Set(['missing'])]);
    expect(before.stderr).toContain('whoran topics apply');
    const made = await topics('apply', '--partitions', '2', '-o', 'json');
    expect([made.status, made.stderr, states(made.stdout)]).toEqual([0, '', new Set(['created'])]);
    const after = await topics('check', '--partitions', '2');
    expect([after.status, after.stderr]).toEqual([0, '']);
    expect(after.stdout).toMatch(/^TOPIC +STATE +PARTITIONS +REPLICAS +DIFFERENCES\n/);
    expect(after.stdout).toMatch(/exec-sessions\.v1 +as-planned +2 +1/);
  });

  it('adds partitions only when told to, and says what that means', async () => {
    const topics = topicsOn(`spec-${randomUUID()}.`);
    await topics('apply', '--partitions', '1');
    const refused = await topics('apply', '--partitions', '2', '-o', 'json');
    expect([refused.status, states(refused.stdout)]).toEqual([1, new Set(['differs'])]);
    expect(refused.stderr).toMatch(/falco-events.*out of order[\s\S]*--allow-repartition/);
    const added = await topics('apply', '--partitions', '2', '--allow-repartition', '-o', 'json');
    expect([added.status, states(added.stdout)]).toEqual([0, new Set(['changed'])]);
    expect((await topics('check', '--partitions', '2')).status).toBe(0);
  });

  it('asks for more replicas than there are brokers in vain, and says so', async () => {
    const env = { WHORAN_KAFKA_BROKERS: sharedKafkaBrokers().join(','), WHORAN_KAFKA_TOPIC_PREFIX: `spec-${randomUUID()}.` };
    const { status, stderr } = await runInSpec(['topics', 'apply', '--replication', '3'], { env });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^whoran: Kafka: cannot apply the topics: .*replication/i)]);
  });
});
