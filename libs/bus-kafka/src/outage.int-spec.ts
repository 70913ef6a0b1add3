import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ExecSession, topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { type KafkaServer, eventually, startKafka } from '@whoran/testing';
import type { KafkaBus } from './kafka-bus.ts';
import { groupIdOf } from './names.ts';
import { inOrder, listenTo, nameOf, session, sessions } from './spec-support/listener.ts';
import { asAdmin, busOptions, makeTopics, openBus } from './spec-support/open-bus.ts';

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
const within = async (limit: number, expectations: () => void) => {
  for (const end = performance.now() + limit; performance.now() < end; await pause(50)) {
    try {
      expectations();
      return;
    } catch {
      // not yet
    }
  }
  expectations();
};

/** Publishes a session of every pod in turn until it is told to end; what is refused is published again, in its order. */
function publishSteadily(bus: KafkaBus) {
  const state = { running: true, refused: 0, longest: 0 };
  const published: ExecSession[] = [];
  const one = async (pod: string) => {
    for (let id = 0; state.running; id += 1) {
      const event = session(pod, id);
      for (let sent = false; !sent;) {
        const began = performance.now();
        try {
          await bus.publish(topics.execSessions, [event]);
          sent = true;
        } catch (error) {
          expect(error).toBeInstanceOf(DependencyUnavailable);
          state.refused += 1;
          await pause(100);
        }
        state.longest = Math.max(state.longest, performance.now() - began);
      }
      published.push(event);
      await pause(10);
    }
  };
  const all = Promise.all(Array.from({ length: 8 }, (_, pod) => one(`pod-${pod}`)));
  return { state, published, end: async () => ((state.running = false), await all) };
}

describe('a bus whose broker goes away', () => {
  jest.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  const patience = 5000;
  let kafka: KafkaServer;
  let bus: KafkaBus;
  let other: KafkaBus | undefined;
  let options = busOptions({ brokers: [] });
  const restart = async () => {
    kafka = await startKafka({ folder, port: kafka.port });
  };
  beforeAll(async () => {
    kafka = await startKafka({ folder });
  }, 120_000);
  beforeEach(async () => {
    options = busOptions({ brokers: kafka.brokers, publishPatience: patience });
    await makeTopics(options);
    bus = (await openBus(options)).bus;
  });
  afterEach(async () => {
    await bus.close();
    await other?.close();
    other = undefined;
  });
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[string, () => Promise<void>]>([
    ['is stopped for ten seconds', async () => { await kafka.stop(); await pause(10_000); await restart(); }], // prettier-ignore
    ['is killed and started at once', async () => { await kafka.kill(); await restart(); }], // prettier-ignore
    ['is frozen for twelve seconds', async () => { kafka.pause(); await pause(12_000); kafka.resume(); }], // prettier-ignore
  ])('loses nothing and keeps the order when it %s while messages are published and handled', async (_, outage) => {
    const { seen } = await listenTo(bus, 'g');
    const everyone = await listenTo(bus, 'e', { audience: 'everyone' });
    const load = publishSteadily(bus);
    await eventually(() => expect(seen.length).toBeGreaterThan(50));
    await outage();
    const after = load.published.length;
    await within(60_000, () => {
      expect(load.published.length).toBeGreaterThan(after + 100);
    });
    await load.end();
    const wanted = new Set(load.published.map(nameOf));
    for (const { seen: own } of [{ seen }, everyone]) {
      await within(60_000, () => {
        expect(new Set(own.map(nameOf))).toEqual(wanted);
      });
      expect(inOrder(own)).toBe(true);
    }
    // What is refused is refused in bounded time: ingesters keep it on disk from then on.
    expect(load.state.longest).toBeLessThan(2 * patience + 5000);
    expect(bus.health()).toEqual({ dead: undefined, away: undefined });
  });

  it('has the members after a restart of the broker that it had before, so that nobody waits for those who are gone', async () => {
    const members = () =>
      asAdmin(options.brokers, async (admin) => {
        const { groups } = await admin.describeGroups([groupIdOf(options.topicPrefix, 'g', topics.execSessions)]);
        return groups.flatMap((group) => group.members.map(({ memberId }) => memberId)).sort();
      });
    other = (await openBus(options)).bus;
    const listeners = [await listenTo(bus, 'g'), await listenTo(other, 'g')];
    const before = await members();
    await kafka.kill();
    await restart();
    await bus.publish(topics.execSessions, sessions(8, 10));
    await within(60_000, () => {
      expect(new Set(listeners.flatMap(({ seen }) => seen.map(nameOf))).size).toBe(80);
    });
    expect([before.length, await members()]).toEqual([2, before]);
    await other.close();
    expect(await members()).toHaveLength(1);
  });

  it('says that it is away, and that it is back, although nothing is published', async () => {
    await listenTo(bus, 'g');
    expect(bus.health()).toEqual({ dead: undefined, away: undefined });
    await kafka.stop();
    await within(60_000, () => {
      expect(bus.health().away).toMatch(/joined|answered|reach/);
    });
    expect(bus.health().dead).toBeUndefined();
    await restart();
    await within(60_000, () => {
      expect(bus.health()).toEqual({ dead: undefined, away: undefined });
    });
  });

  it('does not connect without a broker, and closes soon while it is away', async () => {
    await listenTo(bus, 'g');
    await kafka.stop();
    await expect(openBus(options)).rejects.toThrow(DependencyUnavailable);
    const began = performance.now();
    await bus.close();
    await bus.close();
    expect(performance.now() - began).toBeLessThan(25_000);
    await restart();
    // Longer than a session: whoever is a member then has come back after it was closed.
    await pause(15_000);
    const members = asAdmin(options.brokers, async (admin) => {
      const { groups } = await admin.describeGroups([groupIdOf(options.topicPrefix, 'g', topics.execSessions)]);
      return groups.map((group) => group.members.length);
    });
    expect(await members).toEqual([0]);
  });
});
