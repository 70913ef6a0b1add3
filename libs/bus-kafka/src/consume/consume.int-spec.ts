import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { deadLetter, handled } from '@whoran/bus';
import { type DeadLetter, topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { eventually } from '@whoran/testing';
import type { KafkaBus } from '../kafka-bus.ts';
import { groupIdOf } from '../names.ts';
import { inOrder, listenTo, nameOf, session, sessions } from '../spec-support/listener.ts';
import { asAdmin, busOptions, makeTopics, openBus, removeTopics, writeRaw } from '../spec-support/open-bus.ts';

const distinct = (seen: Parameters<typeof nameOf>[0][]) => new Set(seen.map(nameOf)).size;
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

describe('consuming from Kafka', () => {
  jest.setTimeout(60_000);
  let buses: KafkaBus[] = [];
  let options = busOptions();
  const open = async (different: Partial<typeof options> = {}) => {
    const { bus } = await openBus({ ...options, ...different });
    buses.push(bus);
    return bus;
  };
  const fresh = async (partitions = 4) => {
    options = busOptions();
    await makeTopics(options, partitions);
    return open();
  };
  const committed = (group: string) =>
    asAdmin(options.brokers, async (admin) => {
      const groupId = groupIdOf(options.topicPrefix, group, topics.execSessions);
      const [topic] = await admin.fetchOffsets({ groupId, topics: [`${options.topicPrefix}${topics.execSessions.name}`] });
      return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    });
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    buses = [];
    await removeTopics(options);
  });

  it('gives everything to every process when the audience is everyone, from when it subscribes on', async () => {
    const one = await fresh();
    await one.publish(topics.execSessions, sessions(10, 2));
    const two = await open();
    const first = await listenTo(one, 'g', { audience: 'everyone' });
    const second = await listenTo(two, 'g', { audience: 'everyone' });
    await one.publish(topics.execSessions, sessions(10, 5, 2));
    for (const { seen } of [first, second]) {
      await eventually(() => expect(distinct(seen)).toBe(50));
      expect(seen.every(({ id }) => Number(id) >= 2)).toBe(true);
    }
  });

  it('shares the messages between the members of a group', async () => {
    const [one, two] = [await fresh(8), await open()];
    const [first, second] = [await listenTo(one, 'g'), await listenTo(two, 'g')];
    await pause(1500); // until the first has learned of the second
    await one.publish(topics.execSessions, sessions(64, 5));
    await eventually(() => expect(distinct([...first.seen, ...second.seen])).toBe(320));
    for (const { seen } of [first, second]) expect(seen.length).toBeGreaterThan(40);
    expect(new Set([...first.seen, ...second.seen].map(({ pod }) => pod)).size).toBe(64);
  });

  it('begins with the oldest message, or with the next when the group wants that, and goes on where it was', async () => {
    const one = await fresh();
    await one.publish(topics.execSessions, sessions(8, 1));
    const all = await listenTo(one, 'all');
    const late = await listenTo(one, 'late', { begin: 'latest' });
    await eventually(() => expect(distinct(all.seen)).toBe(8));
    await late.subscribed.close();
    await one.publish(topics.execSessions, sessions(8, 1, 1));
    const again = await listenTo(one, 'late', { begin: 'latest' });
    await eventually(() => expect(distinct(again.seen)).toBe(8));
    expect([late.seen, again.seen.every(({ id }) => id === '1')]).toEqual([[], true]);
  });

  it('loses nothing and repeats little when members come and go in the middle of batches', async () => {
    const one = await fresh(6);
    const total = 12_000;
    const batchSize = 20;
    // Slow, until everybody has had a share, however busy the machine is.
    let time = 100;
    const slow = { batchSize, handle: () => pause(time).then(() => undefined) };
    const first = await listenTo(one, 'g', slow);
    for (let from = 0; from < 100; from += 10) await one.publish(topics.execSessions, sessions(total / 100, 10, from));
    const two = await open();
    const second = await listenTo(two, 'g', slow);
    await eventually(() => expect(second.seen.length).toBeGreaterThan(200));
    const three = await open();
    const third = await listenTo(three, 'g', slow);
    await eventually(() => expect(third.seen.length).toBeGreaterThan(200));
    await second.subscribed.close();
    time = 2;
    const seen = () => [...first.seen, ...second.seen, ...third.seen];
    await eventually(() => expect(distinct(seen())).toBe(total));
    for (const { seen: own } of [first, second, third]) expect(own.length).toBeGreaterThan(0);
    // At most a piece of each partition is with a handler whose end is not committed when the partition moves.
    expect(seen().length - total).toBeLessThanOrEqual(3 * 6 * batchSize);
  });

  it('commits what is settled when it is closed in the middle of a batch', async () => {
    const one = await fresh(1);
    await one.publish(topics.execSessions, sessions(1, 500));
    let batches = 0;
    const first = await listenTo(one, 'g', {
      batchSize: 10,
      handle: async () => {
        batches += 1;
        await pause(20);
      },
    });
    await eventually(() => expect(batches).toBeGreaterThan(5));
    await first.subscribed.close();
    expect(first.seen.length).toBeLessThan(400);
    expect(await committed('g')).toBe(first.seen.length);
    const second = await listenTo(one, 'g');
    await eventually(() => expect(first.seen.length + second.seen.length).toBe(500));
    expect(inOrder([...first.seen, ...second.seen])).toBe(true);
  });

  it('keeps what cannot be read as dead letters that say where it lies, and goes on with the partition', async () => {
    const one = await fresh(1);
    const letters: DeadLetter[] = [];
    await one.subscribe({ group: 'letters', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
    await one.publish(topics.execSessions, [session('pod', 'before')]);
    await writeRaw(options, topics.execSessions, [
      { key: 'k', value: '{"id": 12' },
      { key: 'k', value: Buffer.from([0x7b, 0xff, 0x7d]) },
      { key: null, value: '{"id": "x"}' },
      { key: 'k', value: null },
      { key: 'k', value: '['.repeat(1000) + ']'.repeat(1000) },
    ]);
    await one.publish(topics.execSessions, [session('pod', 'bad'), session('pod', 'after')]);
    const { seen } = await listenTo(one, 'g', {
      handle: async (batch) => batch.map(({ id }) => (id === 'bad' ? deadLetter('bad-session', 'no good') : handled)),
    });
    await eventually(() => expect([distinct(seen), letters.length]).toEqual([3, 6]));
    const facts = letters.map(({ reason, origin, payload }) => [reason, origin.partition, origin.offset, origin.key, payload.slice(0, 20)]);
    expect(facts.slice(0, 5)).toEqual([
      ['undecodable', 0, '1', 'k', '{"id": 12'],
      ['undecodable', 0, '2', 'k', '{\ufffd}'],
      ['undecodable', 0, '3', '', '{"id": "x"}'],
      ['undecodable', 0, '4', 'k', ''],
      ['undecodable', 0, '5', 'k', '['.repeat(20)],
    ]);
    expect(letters.map(({ error }) => error.slice(0, 400)).join('\n')).toMatch(
      /not JSON[\s\S]*not UTF-8[\s\S]*cluster[\s\S]*no value[\s\S]*deep/,
    );
    expect(letters[5]).toMatchObject({
      reason: 'bad-session',
      stage: 'g',
      origin: { topic: topics.execSessions.name, partition: 0, offset: '6' },
    });
    expect(new Set(letters.map(({ id }) => id)).size).toBe(6);
  });

  it('goes on after errors that kafkajs takes for its end', async () => {
    const one = await fresh(1);
    const errors: Error[] = [new TypeError('a bug'), new SyntaxError('bad JSON'), new RangeError('too deep')];
    const { seen } = await listenTo(one, 'g', {
      handle: async () => {
        const error = errors.shift();
        if (error) throw error;
      },
    });
    await one.publish(topics.execSessions, sessions(1, 5));
    await eventually(() => expect(distinct(seen)).toBe(5));
    errors.push(new ReferenceError('x is not defined'));
    await one.publish(topics.execSessions, sessions(1, 5, 5));
    await eventually(() => expect(distinct(seen)).toBe(10));
    expect(errors).toEqual([]);
    expect(one.health()).toEqual({ dead: undefined, away: undefined });
  });

  it('lets other partitions go on for as long as one waits for a dependency', async () => {
    const one = await fresh(4);
    let away = true;
    const { seen } = await listenTo(one, 'g', {
      handle: async (batch) => {
        if (away && batch.some(({ pod }) => pod === 'pod-0')) throw new DependencyUnavailable('away');
      },
    });
    for (let round = 0; round < 8; round += 1) {
      await one.publish(topics.execSessions, sessions(16, 1, round));
      await pause(500);
    }
    expect(distinct(seen)).toBeGreaterThanOrEqual(60);
    expect(seen.some(({ pod }) => pod === 'pod-0')).toBe(false);
    away = false;
    await eventually(() => expect(distinct(seen)).toBe(128));
    expect(inOrder(seen)).toBe(true);
    expect(one.health().away).toBeUndefined();
  });

  it('keeps its partitions while a handler takes longer than the session of a member that is silent', async () => {
    const one = await fresh(1);
    const handling = jest.fn();
    const { seen } = await listenTo(one, 'g', {
      handle: async () => {
        handling();
        await pause(13_000);
      },
    });
    await one.publish(topics.execSessions, sessions(1, 3));
    await pause(12_000);
    const two = await open();
    const other = await listenTo(two, 'g');
    await eventually(() => expect(distinct(seen)).toBe(3));
    expect([handling.mock.calls.length, other.seen]).toEqual([1, []]);
  });

  it('rejects, with what to do, when a topic is missing', async () => {
    const one = await openBus(busOptions({ publishPatience: 3000 }));
    buses.push(one.bus);
    await expect(listenTo(one.bus, 'g')).rejects.toThrow(/whoran topics apply/);
    await expect(one.bus.publish(topics.execSessions, [session('pod', 1)])).rejects.toThrow(DependencyUnavailable);
    expect(one.bus.health()).toEqual({ dead: undefined, away: expect.any(String) });
  });
});
