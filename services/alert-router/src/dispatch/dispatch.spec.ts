import { afterEach, describe, expect, it } from '@jest/globals';
import { type Alert, check, topics } from '@whoran/contracts';
import { anAlert } from '@whoran/testing';
import { DispatchScene } from '../spec-support/dispatch-scene.ts';
import type { Flusher } from './flusher.ts';

const MINUTE = 60_000;
const one = (id: string, different: Partial<Alert> = {}, whoran: Partial<Alert['whoran']> = {}) =>
  anAlert({ rule: `Rule ${id}`, ...different }, { id, receivers: ['ops'], ...whoran });
const named = (user: string) => {
  const { attribution } = anAlert().whoran;
  const { session } = attribution;
  return session ? { attribution: { ...attribution, session: { ...session, user: { username: user, groups: [] } } } } : {};
};
const ROUTES = (more = '', route = '') => `
route: { receiver: ops, ${route} }
${more}
receivers: [{ name: ops, stdout: {} }]`;
const GROUPED = 'group_by: [cluster], group_wait: 30s, group_interval: 5m, repeat_interval: 4h';

let stops: Flusher[] = [];
afterEach(async () => {
  for (const flusher of stops) await flusher.stop();
  stops = [];
});

async function open(routes: string, limits: { readonly groups?: number } = {}) {
  const scene = await DispatchScene.open(routes, limits);
  const router = () => {
    const made = scene.router();
    stops.push(made.flusher);
    return made;
  };
  const { dispatcher } = router();
  const raise = (...alerts: Alert[]) => scene.raise(dispatcher, ...alerts);
  return { scene, router, raise };
}

describe('alerts that are not grouped', () => {
  it('are told at once, each by itself and with a name of its own', async () => {
    const { scene, raise } = await open(ROUTES());
    await raise(one('a'), one('b'), one('a', {}, { revision: 7, update: true }));
    expect(scene.told.map(({ id, reason, subject, revision }) => [id, reason, subject, revision])).toEqual(
      expect.arrayContaining([
        ['ops/a/0', 'alert', 'a', 0],
        ['ops/b/0', 'alert', 'b', 0],
        ['ops/a/7', 'update', 'a', 7],
      ]),
    );
    expect(scene.told.every((each) => check(topics.notifications.schema, each).ok)).toBe(true);
  });

  it('are told once to a receiver that several routes end at, and not at all when they name nobody', async () => {
    const { scene, raise } = await open(
      ROUTES('', 'routes: [{ receiver: ops, continue: true }, { receiver: ops, matchers: [cluster=test] }]'),
    );
    await raise(one('a'), anAlert({}, { id: 'n' }));
    expect(scene.spoken()).toEqual(['alert ops 1: a']);
  });

  it('have ids within bounds however long their subjects are, and different ones', async () => {
    const { scene, raise } = await open(ROUTES());
    await raise(...['x', 'y'].map((end) => one('i'.repeat(127) + end)));
    const ids = scene.told.map(({ id }) => id);
    expect([new Set(ids).size, ids.every((id) => id.length <= 128)]).toEqual([2, true]);
  });
});

describe('groups', () => {
  it('speak after group_wait, of what is new after group_interval, and again after repeat_interval', async () => {
    const { scene, raise } = await open(ROUTES('global: { resolve_timeout: 12h }', GROUPED));
    await raise(one('a'));
    await scene.pass(20_000);
    await raise(one('b'));
    expect(scene.spoken()).toEqual([]);
    await scene.pass(12_000);
    const [first] = scene.told;
    expect(first).toMatchObject({ group: { route: '{}', labels: { cluster: 'test' } }, revision: 1 });
    expect(scene.spoken()).toEqual(['group ops 2: a b']);
    await raise(one('c'));
    await scene.pass(4 * MINUTE);
    expect(scene.spoken()).toEqual([]);
    await scene.pass(2 * MINUTE);
    const [second] = scene.told;
    expect([second?.subject, second?.revision]).toEqual([first?.subject, 2]);
    expect(scene.spoken()).toEqual(['new-alerts ops 3: a b c']);
    await scene.pass(230 * MINUTE);
    expect(scene.spoken()).toEqual([]);
    await scene.pass(16 * MINUTE);
    expect(scene.spoken()).toEqual(['repeat ops 3: a b c']);
    expect(scene.records).toEqual([]);
  });

  it('count a repetition and say nothing new; end when nothing is active, and begin anew under another name', async () => {
    const { scene, raise } = await open(ROUTES('', GROUPED));
    await raise(one('a'));
    await scene.pass(32_000);
    const [first] = scene.told;
    expect(scene.spoken()).toEqual(['group ops 1: a']);
    await raise(one('a'), one('a'));
    await scene.pass(6 * MINUTE);
    expect(scene.spoken()).toEqual([]);
    await scene.pass(15 * MINUTE);
    await raise(one('a'));
    await scene.pass(32_000);
    const [again] = scene.told;
    expect([again?.revision, again?.subject === first?.subject]).toEqual([1, false]);
    expect(scene.spoken()).toEqual(['group ops 1: a']);
  });

  it('say who it was when that becomes known', async () => {
    const none = { attribution: { evidence: 'none' as const, reason: 'lineage-lost' as const } };
    const { scene, raise } = await open(ROUTES('', GROUPED));
    await raise(one('a', {}, none));
    await scene.pass(32_000);
    await raise(one('a', {}, { revision: 1, update: true }));
    await scene.pass(6 * MINUTE);
    expect(scene.spoken()).toEqual(['group ops 1: a', 'new-alerts ops 1: a']);
  });

  it('of one of two routers are told once, whichever looks first, and by the other when the first dies before it told', async () => {
    const { scene, router, raise } = await open(ROUTES('global: { resolve_timeout: 1h }', GROUPED));
    const second = router();
    await Promise.all([
      raise(one('a')),
      scene.raise(second.dispatcher, one('b')),
      raise(one('c')),
      scene.raise(second.dispatcher, one('d')),
    ]);
    await scene.pass(32_000);
    expect(scene.told).toHaveLength(1);
    expect(new Set(scene.told[0]?.alerts.map(({ whoran }) => whoran.id))).toEqual(new Set(['a', 'b', 'c', 'd']));

    scene.told.length = 0;
    await raise(one('e'));
    const publish = scene.bus.publish.bind(scene.bus);
    let failures = 0;
    scene.bus.publish = async (topic, events) => {
      if (topic.name !== topics.notifications.name || failures > 0) return publish(topic, events);
      failures += 1;
      throw new Error('this router dies');
    };
    await scene.pass(6 * MINUTE);
    expect(failures).toBe(1);
    expect(scene.told.map(({ reason, total }) => [reason, total])).toEqual([['new-alerts', 5]]);
  });

  it('for which there is no room are told at once', async () => {
    const { scene, raise } = await open(ROUTES('', 'group_by: [rule]'), { groups: 2 });
    await raise(one('a'), one('b'), one('c'));
    expect(scene.spoken()).toEqual(['alert ops 1: c']);
    await scene.pass(32_000);
    expect(new Set(scene.spoken())).toEqual(new Set(['group ops 1: a', 'group ops 1: b']));
  });

  it('whose route is gone say what they have to say to whom there is', async () => {
    const { scene, raise } = await open(`
route: { receiver: ops, routes: [{ receiver: gone, group_by: [rule], matchers: [cluster=test] }] }
receivers: [{ name: ops, stdout: {} }, { name: gone, stdout: {} }]`);
    await raise(one('a'));
    scene.use(ROUTES());
    await scene.pass(10 * MINUTE);
    expect(scene.spoken()).toEqual(['group ops 1: a']);
  });
});

describe('alerts are muted', () => {
  const SILENCE = {
    id: 's1',
    matchers: [{ name: 'cluster', operator: '=', value: 'test' }],
    startsAt: 0,
    endsAt: Infinity,
    updatedAt: 0,
    createdBy: 'ana',
    comment: 'a migration',
  } as const;
  const muted = (scene: DispatchScene) => scene.records.splice(0).map(({ outcome, error, alerts }) => [outcome, error, alerts.join()]);

  it('by an alert that inhibits them, also when it comes later in the batch, while it is active', async () => {
    const inhibit = `inhibit_rules: [{ name: worse, source_matchers: [priority=critical], target_matchers: [priority=warning], equal: [user] }]`;
    const { scene, raise } = await open(ROUTES(inhibit));
    const warning = (id: string, user = 'jane') => one(id, { priority: 'Warning' }, named(user));
    await raise(warning('w1'), one('c', { priority: 'Critical' }, named('jane')), warning('w2', 'bob'));
    expect(scene.spoken()).toEqual(['alert ops 1: c', 'alert ops 1: w2']);
    expect(muted(scene)).toEqual([['muted', 'inhibition worse', 'w1']]);
    await scene.pass(4 * MINUTE);
    await raise(warning('w3'));
    expect(scene.spoken()).toEqual([]);
    await scene.pass(2 * MINUTE);
    await raise(warning('w4'));
    expect(scene.spoken()).toEqual(['alert ops 1: w4']);
  });

  it('by times, in Alertmanager’s order before silences', async () => {
    // The clock begins on a Monday at 10:00 UTC.
    const times = `time_intervals: [{ name: morning, time_intervals: [{ times: [{ start_time: '09:00', end_time: '10:30' }], weekdays: [monday] }] }]`;
    const { scene, raise } = await open(
      `route: { receiver: ops, routes: [{ receiver: ops, matchers: [cluster=test], mute_time_intervals: [morning] }] }
${times}
receivers: [{ name: ops, stdout: {} }]`,
    );
    scene.silences = [SILENCE];
    await raise(one('a'));
    expect(muted(scene)).toEqual([['muted', expect.stringContaining('morning'), 'a']]);
    await scene.pass(31 * MINUTE);
    await raise(one('b'));
    expect(muted(scene)).toEqual([['muted', 'silence s1 by ana', 'b']]);
    scene.silences = [];
    await raise(one('c'));
    expect(scene.spoken()).toEqual(['alert ops 1: c']);
    expect(scene.records.every((each) => check(topics.deliveries.schema, each).ok)).toBe(true);
  });

  it('in a group, which tells them when they still go on afterwards; what is muted is recorded once', async () => {
    const { scene, raise } = await open(ROUTES('global: { resolve_timeout: 1h }', GROUPED));
    scene.silences = [{ ...SILENCE, matchers: [{ name: 'rule', operator: '=', value: 'Rule a' }] }];
    await raise(one('a'), one('b'));
    await scene.pass(12 * MINUTE);
    expect(scene.spoken()).toEqual(['group ops 1: b']);
    expect(muted(scene)).toEqual([['muted', 'silence s1 by ana', 'a']]);
    scene.silences = [];
    await scene.pass(6 * MINUTE);
    expect(scene.spoken()).toEqual(['new-alerts ops 2: a b']);
  });
});

describe('a flood', () => {
  const CAPPED = `
route: { receiver: ops }
receivers: [{ name: ops, stdout: {}, rate_limit: { limit: 3, per: 1m } }]`;

  it('is told as far as the receiver takes it, then in one summary; the records say so', async () => {
    const { scene, raise } = await open(CAPPED);
    for (let batch = 0; batch < 10; batch += 1) await raise(...Array.from({ length: 10 }, (_, index) => one(`${batch}-${index}`)));
    expect(scene.told).toHaveLength(3);
    await scene.pass(62_000);
    expect(scene.told).toHaveLength(4);
    const storm = scene.told[3];
    expect(storm).toMatchObject({ reason: 'storm', total: 97, storm: { users: [{ name: 'jane@example.com' }] } });
    expect(check(topics.notifications.schema, storm).ok).toBe(true);
    expect(scene.records).toHaveLength(97);
    expect(scene.records[0]).toMatchObject({ outcome: 'muted', error: expect.stringContaining('3 in 60 s') });
    await scene.pass(10 * MINUTE);
    expect(scene.told).toHaveLength(4);
    await raise(one('after'));
    expect(scene.told).toHaveLength(5);
  });

  it('counts for all routers together', async () => {
    const { scene, router, raise } = await open(CAPPED);
    const second = router();
    const alerts = (by: string) => Array.from({ length: 5 }, (_, index) => one(`${by}${index}`));
    await Promise.all([raise(...alerts('a')), scene.raise(second.dispatcher, ...alerts('b'))]);
    expect(scene.told).toHaveLength(3);
    await scene.pass(62_000);
    expect(scene.told.slice(3).map(({ reason, total }) => [reason, total])).toEqual([['storm', 7]]);
  });
});
