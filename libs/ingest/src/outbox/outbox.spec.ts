import { appendFileSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigInvalid, DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { topics } from '@whoran/contracts';
import fc from 'fast-check';
import { MoodyBus } from '../testing/moody-bus.ts';
import { aFolder, numbered, openForSpec, until } from '../testing/open-outbox-for-spec.ts';
import { Outbox } from './outbox.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const events = (from: number, to: number, different = {}) => range(from, to).map((number) => numbered(number, different));

let folder: string;
let remove: () => void;
beforeEach(() => void ({ folder, remove } = aFolder()));
afterEach(() => remove());
const segments = () => globSync('*/*/*.spool', { cwd: folder });

describe('an outbox', () => {
  it('writes nothing to the disk while the bus is well', async () => {
    const { outbox, send, numbers } = openForSpec(folder);
    await send(events(0, 1200));
    expect(numbers()).toEqual(range(0, 1200));
    expect(segments()).toEqual([]);
    await outbox.close(100);
  });

  it('answers when events are on the disk while the bus is away, and replays them in order before later ones', async () => {
    const { outbox, send, numbers, bus, metric, logger } = openForSpec(folder);
    await send(events(0, 3));
    bus.mood = 'away';
    for (const number of range(3, 30)) await send([numbered(number, { priority: ['Debug', 'Notice', 'Critical'][number % 3] ?? '' })]);
    expect(numbers()).toEqual([0, 1, 2]);
    expect([await metric('whoran_ingest_spool_events'), await metric('whoran_ingest_spool_events', 'high')]).toEqual([27, 9]);
    bus.recover();
    const late = range(30, 60).map((number) => send([numbered(number)]));
    await Promise.all(late);
    await until(() => numbers().length === 60);
    expect(numbers()).toEqual(range(0, 60));
    await until(() => segments().length === 0);
    expect([await metric('whoran_ingest_spool_events'), await metric('whoran_ingest_spool_bytes')]).toEqual([0, 0]);
    expect(logger.events).toEqual(expect.arrayContaining(['ingest.bus-away', 'spool.in-use', 'spool.empty']));
    await outbox.close(100);
  });

  it('does not wait for a bus that says nothing', async () => {
    const { outbox, send, numbers, bus } = openForSpec(folder);
    bus.mood = 'silent';
    await Promise.all(range(0, 20).map((number) => send([numbered(number)])));
    await send(events(20, 25));
    expect(numbers()).toEqual([]);
    bus.recover();
    await until(() => numbers().length >= 45);
    // What the bus was given before it fell silent comes late, and then everything in order.
    expect(numbers().slice(-25)).toEqual(range(0, 25));
    await outbox.close(100);
  });

  it('replays first what an earlier process left, cut off where that was torn', async () => {
    const first = openForSpec(folder);
    first.bus.mood = 'away';
    for (const number of range(0, 10)) await first.send([numbered(number)]);
    await first.kill();
    for (const file of segments()) appendFileSync(join(folder, file), 'WSP1 the beginning of a block');
    const { outbox, send, numbers, logger } = openForSpec(folder);
    await send(events(10, 12));
    await until(() => numbers().length === 12);
    expect(numbers()).toEqual(range(0, 12));
    expect(logger.events).toEqual(expect.arrayContaining(['spool.torn', 'spool.found']));
    await outbox.close(100);
  });

  it('loses no more than what is damaged, and says so', async () => {
    const { outbox, send, numbers, bus, logger, metric } = openForSpec(folder);
    bus.mood = 'away';
    let damagedFrom = 0;
    for (const number of range(0, 10)) {
      await send([numbered(number)]);
      if (number === 6) damagedFrom = statSync(join(folder, segments()[0] ?? '')).size;
    }
    const file = join(folder, segments()[0] ?? '');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, damagedFrom, damagedFrom + 40));
    bus.recover();
    await until(() => segments().length === 0);
    await send([numbered(10)]);
    await until(() => numbers().includes(10));
    expect(numbers()).toEqual([...range(0, 7), 10]);
    expect(logger.events).toContain('spool.damaged');
    expect(await metric('whoran_ingest_spool_dropped_events_total')).toBe(3);
    expect(await metric('whoran_ingest_spool_bytes')).toBe(0);
    await outbox.close(100);
  });

  it('refuses what it cannot write, and takes again when it can', async () => {
    const { outbox, send, numbers, bus, spool, metric, logger } = openForSpec(folder);
    bus.mood = 'away';
    writeFileSync(join(folder, 'a'), 'where a folder should be');
    await expect(send(events(0, 2))).rejects.toThrow(DependencyUnavailable);
    await expect(send(events(0, 2))).rejects.toThrow('the spool cannot be written');
    expect([spool.problem(), await metric('whoran_ingest_spool_refused_events_total')]).toEqual([expect.stringContaining('disk'), 4]);
    expect(logger.events.filter((event) => event === 'spool.refused')).toHaveLength(1);
    rmSync(join(folder, 'a'));
    await send(events(2, 4));
    bus.recover();
    await until(() => numbers().length === 2);
    expect(numbers()).toEqual([2, 3]);
    await outbox.close(100);
  });

  it('drops the oldest events of low priority when it is full, and counts them', async () => {
    const { outbox, send, numbers, bus, metric, logger } = openForSpec(folder, { maxBytes: 1 << 18 });
    bus.mood = 'away';
    const noise = () => String.fromCodePoint(...Array.from({ length: 3000 }, () => 0x4e00 + Math.floor(Math.random() * 20_000)));
    for (const number of range(0, 60)) {
      const priority = number % 6 === 0 ? 'Warning' : 'Debug';
      await send([numbered(number, { priority, padding: noise() })]);
    }
    const dropped = await metric('whoran_ingest_spool_dropped_events_total');
    expect(dropped).toBeGreaterThan(10);
    expect(await metric('whoran_ingest_spool_dropped_events_total', 'low')).toBe(dropped);
    expect(await metric('whoran_ingest_spool_bytes')).toBeLessThanOrEqual(1 << 18);
    bus.recover();
    await until(() => numbers().length === 60 - dropped);
    const kept = numbers();
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(kept.filter((number) => number % 6 === 0)).toEqual(range(0, 10).map((number) => number * 6));
    const low = range(0, 60).filter((number) => number % 6 !== 0);
    const keptLow = kept.filter((number) => number % 6 !== 0);
    const newestDropped = low.findLast((number) => !kept.includes(number)) ?? -1;
    // The file that is replayed at that moment stays, however old; it holds a few events.
    const spared = keptLow.filter((number) => number < newestDropped);
    expect(spared.length).toBeLessThan(8);
    expect(spared).toEqual(low.slice(low.indexOf(spared[0] ?? -1)).slice(0, spared.length));
    expect(keptLow).toHaveLength(low.length - dropped);
    await until(() => segments().length === 0);
    await metric('whoran_ingest_spool_bytes');
    expect(logger.events.filter((event) => event === 'spool.full')).toHaveLength(1);
    expect(logger.events).toContain('spool.dropped');
    await outbox.close(100);
  });

  it('keeps apart what the bus will never take, and brings the rest', async () => {
    const { outbox, send, bus } = openForSpec(folder);
    bus.refuses = (event) => (event as { whoran?: { id: string } }).whoran?.id === '3';
    await send(events(0, 5));
    bus.mood = 'away';
    await send(events(3, 7));
    bus.recover();
    const brought = () => bus.taken.filter(({ topic }) => topic === topics.falcoEvents.name).length;
    await until(() => brought() === 7);
    const letters = bus.taken.filter(({ topic }) => topic === topics.deadLetters.name).map(({ event }) => event);
    expect(letters).toHaveLength(2);
    expect(letters[0]).toMatchObject({ stage: 'spec', reason: 'WHORAN_MESSAGE_TOO_LARGE', origin: { cluster: 'a', key: 'a/node' } });
    await outbox.close(100);
  });

  it('lets a cluster that floods wait for the disk, and no other', async () => {
    const { outbox, send, numbers, bus } = openForSpec(folder, { clusterRate: 1000 });
    const began = performance.now();
    for (const start of range(0, 20)) await send(events(start * 100, start * 100 + 100));
    await send([numbered(9999, { cluster: 'b' })], 'b');
    expect(bus.taken.at(-1)?.event).toMatchObject({ whoran: { cluster: 'b' } });
    await until(() => numbers().length === 2001);
    expect(performance.now() - began).toBeGreaterThan(800);
    expect(numbers().filter((number) => number !== 9999)).toEqual(range(0, 2000));
    await outbox.close(100);
  });

  it('says no without a spool when the bus is away', async () => {
    const bus = new MoodyBus();
    bus.mood = 'away';
    const outbox = new Outbox({ bus, clock: new SystemClock(), logger: new SilentLogger(), stage: 'spec' });
    await expect(outbox.store(topics.falcoEvents, events(0, 2), 'a')).rejects.toThrow(DependencyUnavailable);
    await outbox.close(100);
  });

  it('has its folder for itself until it is closed', async () => {
    const first = openForSpec(folder);
    expect(() => openForSpec(folder)).toThrow(ConfigInvalid);
    expect(() => openForSpec(folder)).toThrow('used by another process');
    await first.outbox.close(0);
    await openForSpec(folder).outbox.close(0);
    writeFileSync(join(folder, 'file'), '');
    expect(() => openForSpec(join(folder, 'file'))).toThrow(ConfigInvalid);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
    expect(() => openForSpec('/proc/no/such/folder')).toThrow(ConfigInvalid);
  });
});

describe('whatever happens to bus and process', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), events: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('away' as const, 'well' as const, 'restart' as const, 'wait' as const) }) },
  );

  it('all that was answered arrives, and in order when repetitions are left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const own = aFolder();
        const bus = new MoodyBus();
        let world = openForSpec(own.folder, { bus });
        let sent = 0;
        for (const action of steps) {
          if (action.do === 'send') {
            await world.send(
              range(sent, sent + action.events).map((n) => numbered(n, { priority: ['Debug', 'Notice', 'Error'][n % 3] ?? '' })),
            );
            sent += action.events;
          }
          if (action.do === 'away') bus.mood = 'away';
          if (action.do === 'well') bus.recover();
          if (action.do === 'wait') await new Promise((resolve) => setTimeout(resolve, 10));
          if (action.do === 'restart') {
            const { mood } = bus;
            await world.kill();
            bus.mood = mood;
            world = openForSpec(own.folder, { bus });
          }
        }
        bus.recover();
        await until(() => new Set(world.numbers()).size === sent && world.spool.waiting() === 0);
        expect([...new Set(world.numbers())]).toEqual(range(0, sent));
        await world.outbox.close(100);
        own.remove();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
