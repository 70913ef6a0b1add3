import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SilentLogger, VirtualClock } from '@whoran/kernel';
import { type RedisClient, command, openRedis } from '@whoran/redis';
import { eventually, sharedRedisUrl } from '@whoran/testing';
import { QuarantineList, type QuarantineMark } from './quarantine-list.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const DAY = 86_400_000;
const jane = { users: ['jane'], reason: 'alert 7', author: 'ana' };

describe('the quarantine list in Redis', () => {
  let redis: RedisClient;
  let clock: VirtualClock;
  let list: QuarantineList;
  const keyOf = (name: string) => redis.key('quarantine', '{list}', name);

  beforeEach(() => {
    redis = openRedis({ url: sharedRedisUrl(), prefix: `spec-${randomUUID()}` }, { logger: new SilentLogger() });
    clock = new VirtualClock(NOW);
    list = new QuarantineList(redis, clock);
  });

  afterEach(async () => {
    await redis.send(command('DEL', ...['entries', 'removed', 'state'].map(keyOf)));
    await redis.close();
  });

  const add = async (id: string, different: object = {}) => {
    const added = await list.add({ ...jane, ...different }, id);
    if (!added.ok) throw new Error(JSON.stringify(added.error));
    return added.value;
  };
  const mark = async (): Promise<QuarantineMark> => {
    const reading = await list.read();
    if (reading.kind !== 'changed' || !reading.mark) throw new Error(reading.kind);
    return reading.mark;
  };
  const ids = async () => (await list.list()).records.map(({ id }) => id);

  it('lists what was added and not removed, in order', async () => {
    expect(await list.list()).toEqual({ kind: 'changed', mark: undefined, records: [], malformed: new Map() });
    const first = await add('b', { until: NOW + 1000, clusters: ['prod'] });
    expect(first).toEqual({ ...jane, id: 'b', created: NOW, until: NOW + 1000, clusters: ['prod'] });
    clock.advanceTo(NOW + 1);
    await add('a');
    expect((await list.list()).records).toEqual([first, { ...jane, id: 'a', created: NOW + 1 }]);
    expect(await list.remove('b')).toEqual(first);
    expect(await list.remove('b')).toBeUndefined();
    expect(await ids()).toEqual(['a']);
  });

  it('gives each entry an id, and changes nothing when one is added again', async () => {
    const added = await list.add(jane);
    expect(added.ok && added.value.id).toMatch(/^[0-9a-f-]{36}$/);
    const first = await add('x');
    expect(await add('x', { users: ['joe'] })).toEqual(first);
  });

  it('refuses what readers would not take', async () => {
    expect(await list.add({ reason: 'r', author: 'a' })).toMatchObject({ ok: false, error: [{ code: 'empty-entry' }] });
    expect(await list.add(jane, 'no good')).toMatchObject({ ok: false, error: [{ code: 'invalid-id' }] });
    expect(await ids()).toEqual([]);
  });

  it('takes 10,000 entries and no more', async () => {
    const text = '{"users":["jane"],"reason":"r","author":"a","created":"2026-01-01T10:00:00Z"}';
    const pairs = Array.from({ length: 10_000 }, (_, index) => [`n${index}`, text]);
    await redis.send(command('HSET', keyOf('entries'), ...pairs.flat()));
    expect(await list.add(jane)).toMatchObject({ ok: false, error: [{ code: 'full' }] });
    await list.remove('n0');
    expect((await list.add(jane)).ok).toBe(true);
    await redis.send(command('HSET', keyOf('entries'), 'one', text));
    await expect(list.list()).rejects.toThrow(/more than 10000/);
  });

  it('tells of each change at once, and reads again only after one', async () => {
    const heard: string[] = [];
    let subscribed = false;
    const listener = list.listen({ onMessage: (message) => heard.push(message), onSubscribed: () => (subscribed = true) });
    await eventually(() => expect(subscribed).toBe(true));
    await add('a');
    const seen = await mark();
    expect(await list.read(seen)).toEqual({ kind: 'unchanged' });
    await add('b');
    expect(await list.read(seen)).toMatchObject({ kind: 'changed', records: [{ id: 'a' }, { id: 'b' }] });
    await list.remove('a');
    await eventually(() => expect(heard).toEqual(['1', '2', '3']));
    listener.close();
  });

  it('passes over what it cannot read', async () => {
    await add('good');
    await redis.send(command('HSET', keyOf('entries'), 'bad', '{', 'x'.repeat(200), 'x'.repeat(40_000)));
    const { records, malformed } = await list.list();
    expect(records.map(({ id }) => id)).toEqual(['good']);
    expect([...malformed.keys()].sort()).toEqual(['bad', 'x'.repeat(100)]);
    expect(await list.remove('bad')).toBeUndefined();
    expect((await list.list()).malformed.size).toBe(1);
  });

  it.each<[string, (seen: QuarantineMark) => Promise<unknown>]>([
    ['emptied', () => redis.send(command('DEL', ...['entries', 'removed', 'state'].map(keyOf)))],
    ['set back to an earlier state', () => redis.send(command('HINCRBY', keyOf('state'), 'revision', -1))],
    ['replaced', () => redis.send(command('HSET', keyOf('state'), 'generation', 'other'))],
    ['robbed of entries', () => redis.send(command('HDEL', keyOf('entries'), 'a'))],
    ['robbed of its state', () => redis.send(command('DEL', keyOf('state')))],
  ])('says that it was %s, and is put back but for what was removed', async (_, harm) => {
    const records = [await add('a'), await add('b'), await add('c')];
    await list.remove('c');
    const seen = await mark();
    await harm(seen);
    expect((await list.read(seen)).kind).toBe('lost');
    await list.remove('c');
    const next = await list.restore(records, seen);
    expect(await list.read(next)).toMatchObject({ kind: 'changed', records: [{ id: 'a' }, { id: 'b' }] });
    expect((await mark()).revision).toBeGreaterThan(seen.revision);
    await list.restore(records, seen);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('sweeps out what ran out a day ago, and forgets after a week what was removed', async () => {
    await add('short', { until: NOW + 1000 });
    await add('gone');
    await list.remove('gone');
    clock.advanceTo(NOW + DAY);
    await add('a');
    expect(await ids()).toEqual(['short', 'a']);
    clock.advanceTo(NOW + DAY + 1001);
    await add('b');
    expect(await ids()).toEqual(['a', 'b']);
    clock.advanceTo(NOW + 7 * DAY + 1);
    await add('c');
    expect(await redis.send(command('HKEYS', keyOf('removed')))).toEqual(['short']);
  });
});
