import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CommandRecord, Page } from '@whoran/forensics-api';
import { World } from './world.ts';

/** The webhook was away, so nothing was injected; the audit log, which comes half a minute late, is all there is. */
let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('says what it knows in time, and more when more is known', async () => {
  await world.runs(world.process({ pid: 100, vpid: 1 }), ['sleep', 'infinity']);
  await world.pass(60_000);
  const answeredAt = world.now();
  await world.runs(world.process({ pid: 1000, vpid: 10 }), ['id']);

  // Falco is faster than the audit log. The event waits a little, then goes out: somebody entered past the API server?
  const before = await world.answersTo('id');
  expect(before.map(({ revision, attribution }) => [revision, attribution.evidence, attribution.reason])).toEqual([
    [0, 'none', 'runtime-exec'],
  ]);

  // The audit event comes. The same event goes out again: same id, higher revision, with a name.
  await world.pass(30_000);
  await world.audit(['id'], answeredAt);
  const [first, second, ...more] = await world.answersTo('id');
  expect(more).toEqual([]);
  expect([second?.id, second?.revision]).toEqual([first?.id, 1]);
  expect(second?.attribution).toMatchObject({ evidence: 'audit', session: { user: { username: 'jane@example.com' }, command: ['id'] } });

  // Whoever stores events replaces the old one.
  const { items } = await world.search<Page<CommandRecord>>('/api/v1/commands');
  expect(items.map(({ commandLine, revision, user }) => [commandLine, revision, user?.name])).toEqual([
    ['id', 1, 'jane@example.com'],
    ['sleep infinity', 0, undefined],
  ]);

  // Hearing it once more changes nothing.
  await world.audit(['id'], answeredAt);
  expect(await world.answersTo('id')).toHaveLength(2);
});
