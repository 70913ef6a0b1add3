import { describe, expect, it } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { type FoundTopic, compareTopics } from './compare-topics.ts';
import { type PlannedTopic, planTopics } from './topic-plan.ts';

const HOUR = 3_600_000;
const named = (plan: readonly PlannedTopic[], name: string) => plan.find((topic) => topic.name === name) as PlannedTopic;

describe('the plan of topics', () => {
  it.each([
    [topics.falcoEvents.name, 12, 'delete', 24],
    [topics.auditEvents.name, 12, 'delete', 24],
    [topics.attributedEvents.name, 12, 'delete', 24],
    [topics.execSessions.name, 12, 'delete', 7 * 24],
    [topics.alerts.name, 12, 'delete', 7 * 24],
    [topics.deadLetters.name, 3, 'delete', 30 * 24],
    [topics.replays.name, 3, 'delete', 7 * 24],
  ])('has %s with %i partitions, cleanup %s, kept for %i hours', (name, partitions, policy, hours) => {
    const { config, ...rest } = named(planTopics(), name);
    expect(rest).toEqual({ name, partitions, replication: 3 });
    expect(config).toMatchObject({ 'cleanup.policy': policy, 'retention.ms': String(hours * HOUR), 'min.insync.replicas': '2' });
  });

  it('keeps the last strategy of every image', () => {
    expect(named(planTopics(), topics.imageStrategies.name).config).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': '-1' });
  });

  it('has all topics, with the prefix, within what there are brokers for', () => {
    const plan = planTopics({ prefix: 'x.', partitions: 1, replication: 1, minInSyncReplicas: 2, retention: 40 * 24 * HOUR });
    expect(plan.map(({ name }) => name)).toEqual(Object.values(topics).map(({ name }) => `x.${name}`));
    for (const { partitions, replication, config } of plan) {
      expect([partitions, replication, config['min.insync.replicas']]).toEqual([1, 1, '1']);
      expect(['-1', String(40 * 24 * HOUR)]).toContain(config['retention.ms']);
    }
  });
});

describe('comparing topics', () => {
  const wanted: PlannedTopic = { name: 't', partitions: 6, replication: 3, config: { 'retention.ms': '1000' } };
  const as = (different: Partial<FoundTopic>): FoundTopic => ({ ...wanted, config: { 'retention.ms': '1000', other: 'x' }, ...different });
  it.each<[string, readonly FoundTopic[], object, RegExp, RegExp]>([
    ['one that is missing', [], { kind: 'create' }, /^is missing$/, /^$/],
    ['one that is right', [as({})], { kind: 'none' }, /^$/, /^$/],
    ['too few partitions', [as({ partitions: 2 })], { kind: 'change', partitions: 6, config: {} }, /has 2 partitions/, /out of order/],
    ['too many partitions', [as({ partitions: 9 })], { kind: 'none' }, /^$/, /cannot be taken back/],
    ['too few replicas', [as({ replication: 1 })], { kind: 'none' }, /^$/, /reassign/],
    [
      'another setting',
      [as({ config: { 'retention.ms': '5' } })],
      { kind: 'change', partitions: undefined, config: { 'retention.ms': '1000' } },
      /retention\.ms is 5 and should be 1000/,
      /^$/,
    ],
  ])('knows what to do about %s', (_, found, step, differences, warnings) => {
    const [finding] = compareTopics([wanted], found);
    expect(finding?.step).toEqual(step);
    expect(finding?.differences.join('; ')).toMatch(differences);
    expect(finding?.warnings.join('; ')).toMatch(warnings);
  });
});
