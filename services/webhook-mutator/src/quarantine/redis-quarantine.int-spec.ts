import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Clock, type LogFields, Logger, SilentLogger } from '@whoran/kernel';
import { QuarantineList } from '@whoran/quarantine';
import { command, openRedis } from '@whoran/redis';
import { SystemClock } from '@whoran/service-kit';
import { type RedisServer, eventually, startRedis } from '@whoran/testing';
import { type QuarantineState, RedisQuarantine } from './redis-quarantine.ts';

/** Counts what is logged. */
class CountingLogger extends Logger {
  readonly counts = new Map<string, number>();
  override error = (event: string, _fields?: LogFields) => void this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
  override warn = () => {};
  override info = this.error;
  override debug = () => {};
  override with = () => this;
}

describe('the quarantine list that webhooks follow', () => {
  const ends: (() => unknown)[] = [];
  const clock: Clock = new SystemClock();
  const prefix = `spec-${randomUUID()}`;
  const jane = { users: ['jane'], reason: 'alert 7', author: 'ana' };
  let server: RedisServer;

  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  async function start(port?: number): Promise<void> {
    server = await startRedis(port === undefined ? {} : { port });
    const { kill } = server;
    ends.unshift(() => kill());
  }

  function connect() {
    const redis = openRedis({ url: server.url, prefix }, { logger: new SilentLogger() });
    ends.push(() => redis.close());
    return { redis, list: new QuarantineList(redis, clock) };
  }

  function follow(cluster = 'prod') {
    const logger = new CountingLogger();
    const states: QuarantineState[] = [];
    const quarantine = new RedisQuarantine(connect().list, { clock, logger, cluster, onState: (state) => states.push(state) });
    ends.push(() => quarantine.close());
    const blocks = (username: string) => quarantine.blocked({ username, groups: [] }, 'default') !== undefined;
    return { quarantine, blocks, logger, states };
  }

  it('is known at start, and a change at every reader within a second', async () => {
    await start();
    const { list } = connect();
    await list.add(jane);
    const readers = [follow(), follow()];
    for (const { quarantine, blocks } of readers) {
      await quarantine.look();
      expect(blocks('jane')).toBe(true);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const [action, blocked] of [
      [() => list.add({ ...jane, users: ['joe'] }, 'joe'), true],
      [() => list.remove('joe'), false],
    ] as const) {
      const begin = performance.now();
      await action();
      for (const { blocks } of readers) await eventually(() => expect(blocks('joe')).toBe(blocked));
      expect(performance.now() - begin).toBeLessThan(1000);
    }
  });

  it('blocks by group, credential, namespace and time, in its cluster', async () => {
    await start();
    const { list } = connect();
    await list.add({ groups: ['devs'], namespaces: ['pay*'], reason: 'g', author: 'ana' });
    await list.add({ credentialIds: ['JTI=1'], reason: 'c', author: 'ana', clusters: ['prod', 'test'] });
    await list.add({ users: ['eve'], reason: 'elsewhere', author: 'ana', clusters: ['test'] });
    await list.add({ users: ['max'], reason: 'over', author: 'ana', until: clock.now() - 1 });
    const { quarantine } = follow();
    await quarantine.look();
    const ask = (username: string, namespace = 'default') =>
      quarantine.blocked({ username, groups: ['devs'], credentialId: username === 'api' ? 'JTI=1' : 'x' }, namespace)?.reason;
    expect([ask('a', 'payments'), ask('a'), ask('api'), ask('eve'), ask('max')]).toEqual(['g', undefined, 'c', undefined, undefined]);
  });

  it('stays as it was while Redis is away, with one line in the log', async () => {
    await start();
    await connect().list.add(jane);
    const { quarantine, blocks, logger, states } = follow();
    await quarantine.look();
    await server.kill();
    for (let round = 0; round < 3; round += 1) await quarantine.look();
    expect(blocks('jane')).toBe(true);
    expect(logger.counts).toEqual(new Map([['quarantine.not-followed', 1]]));
    expect(states.at(-1)).toMatchObject({ entries: 1, malformed: 0 });
    expect(states.at(-1)?.age).toBeGreaterThan(500);
  });

  it('is put back when Redis comes back empty, and follows on from there', async () => {
    await start();
    const first = connect();
    await first.list.add(jane, 'jane');
    await first.list.add({ ...jane, users: ['joe'] }, 'joe');
    const readers = [follow(), follow()];
    for (const { quarantine } of readers) await quarantine.look();
    const { port } = server;
    await server.kill();
    await start(port);
    await eventually(async () => {
      expect((await first.list.list()).records.map(({ id }) => id)).toEqual(['jane', 'joe']);
    });
    for (const { blocks } of readers) expect([blocks('jane'), blocks('joe')]).toEqual([true, true]);
    await first.list.remove('joe');
    for (const { blocks } of readers) await eventually(() => expect([blocks('jane'), blocks('joe')]).toEqual([true, false]));
    const late = follow();
    await late.quarantine.look();
    expect([late.blocks('jane'), late.blocks('joe')]).toEqual([true, false]);
  });

  it('starts without Redis, blocks nobody, and catches up when it comes', async () => {
    await start();
    const { port } = server;
    await server.kill();
    const { quarantine, blocks, logger } = follow();
    await quarantine.look();
    expect(blocks('jane')).toBe(false);
    await start(port);
    await eventually(async () => expect((await connect().list.add(jane)).ok).toBe(true));
    await eventually(() => expect(blocks('jane')).toBe(true));
    await eventually(() => expect(logger.counts.get('quarantine.followed-again')).toBe(1));
  });

  it('passes over malformed entries, and says so once for each', async () => {
    await start();
    const { redis, list } = connect();
    await list.add(jane);
    await redis.send(command('HSET', redis.key('quarantine', '{list}', 'entries'), 'bad', '{"users":"everybody"}', 'worse', ''));
    const { quarantine, blocks, logger, states } = follow();
    for (let round = 0; round < 3; round += 1) await quarantine.look();
    expect([blocks('jane'), blocks('everybody')]).toEqual([true, false]);
    expect(logger.counts.get('quarantine.malformed-entry')).toBe(2);
    expect(states.at(-1)).toMatchObject({ entries: 1, malformed: 2 });
  });

  it('keeps what it knows when Redis lost it and it may not write there', async () => {
    await start();
    const { redis, list } = connect();
    await list.add(jane);
    const [all, reader] = [
      `${prefix}:*`,
      openRedis({ url: server.url, prefix, username: 'reader', password: 'x' }, { logger: new SilentLogger() }),
    ];
    ends.push(() => reader.close());
    await redis.send(command('ACL', 'SETUSER', 'reader', 'on', '>x', `~${all}`, `&${all}`, '+@all', '-@write'));
    const logger = new CountingLogger();
    const quarantine = new RedisQuarantine(new QuarantineList(reader, clock), { clock, logger, cluster: 'prod' });
    ends.push(() => quarantine.close());
    await eventually(async () => {
      await quarantine.look();
      expect(quarantine.blocked({ username: 'jane', groups: [] }, 'default')).toBeDefined();
    });
    await redis.send(command('FLUSHALL'));
    for (let round = 0; round < 3; round += 1) await quarantine.look();
    expect(quarantine.blocked({ username: 'jane', groups: [] }, 'default')).toBeDefined();
    expect(logger.counts.get('quarantine.not-followed')).toBeGreaterThan(0);
  });
});
