import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ChangeReport, DeadLetterRecord, Page, StatusReport } from '@whoran/forensics-api';
import { World } from './world.ts';

/** Something posts events that are none. They must neither get lost nor be in the way, and somebody must decide about them. */
let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('keeps what cannot be processed, and goes on', async () => {
  const process = world.process({ pid: 1000, vpid: 10 });
  const answer = await world.post('falco', '/clusters/local/falco', '{"rule": "Container process started", "time": "yesterday"}');
  expect(answer.statusCode).toBe(400);

  // The sender may not look at the answer, as Falco does not: the event itself is kept, with where it came from and why.
  expect(world.deadLetters).toHaveLength(1);
  expect(world.deadLetters[0]).toMatchObject({
    stage: 'falco-ingester',
    origin: { endpoint: '/clusters/local/falco', cluster: 'local' },
    attempts: expect.any(Number),
    truncated: false,
  });
  expect(world.deadLetters[0]?.payload).toContain('yesterday');

  // The next event is not held up.
  expect(await world.falco(process, { 'proc.cmdline': 'id' })).toBe(200);
  expect(await world.answersTo('id')).toHaveLength(1);

  // A caller without a token is refused, and nothing of what it sent is kept.
  const stranger = await world.post('falco', '/clusters/another/falco', '{}');
  expect([stranger.statusCode, world.deadLetters.length]).toEqual([403, 1]);

  // An operator finds it, and tries whether it can be used now. It cannot: it is the same letter, and open again.
  const list = () => world.search<Page<DeadLetterRecord>>('/api/v1/dead-letters');
  const [letter] = (await list()).items;
  expect(letter).toMatchObject({ stage: 'falco-ingester', cluster: 'local', state: 'open', attempts: 1 });
  await world.change<ChangeReport>('/api/v1/dead-letters/replay', { ids: [letter?.id], by: 'ana' });
  expect((await list()).items).toEqual([expect.objectContaining({ id: letter?.id, state: 'open', attempts: 2, replays: 1 })]);

  // Nobody needs it: it is laid aside, with the reason, and no alarm counts it any more.
  await world.change<ChangeReport>('/api/v1/dead-letters/discard', { ids: [letter?.id], by: 'ana', why: 'a typing error of ours' });
  expect((await list()).items).toEqual([expect.objectContaining({ state: 'discarded', discardedWhy: 'a typing error of ours' })]);
  expect((await world.search<StatusReport>('/api/v1/status')).deadLetters).toEqual([]);
});
