import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type BatchHandler, Bus, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import { type DeadLetter, type ExecSession, type ImageStrategy, type Topic, topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { aFalcoEvent, anExecSession } from './builders.ts';
import { eventually } from './eventually.ts';

/** A bus under test: nothing was ever published on it, and its topics have several partitions. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** From now on publishing on a topic fails, as if its broker were away; `undefined` mends it. */
  breakTopic(name: string | undefined): void;
  /** The most messages that publishing takes while nobody handles any; nothing when a broker holds as many as come. */
  readonly capacity?: number;
  close(): Promise<void>;
}

/** The contract of the port Bus. It assumes nothing of when messages arrive: it waits for what must come. */
export function describeBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`the contract of a bus: ${name}`, () => {
    // Generous, because the machine may be busy: on an idle one the suite takes four seconds.
    jest.setTimeout(30_000);
    let opened: BusUnderTest | undefined;
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const start = async () => new Scene((opened = await open()));
    describe('delivery', () => deliverySuite(start));
    describe('failures', () => failureSuite(start));
    describe('ending', () => endingSuite(start));
    describe('what is carried', () => cargoSuite(start));
  });
}

type Start = () => Promise<Scene>;

/** A bus with what the specs do with it all the time. */
class Scene {
  readonly letters: DeadLetter[] = [];
  readonly bus: Bus;

  constructor(readonly test: BusUnderTest) {
    this.bus = test.bus;
  }

  async collect<T>(topic: Topic<T>, group: string): Promise<T[]> {
    const seen: T[] = [];
    await this.bus.subscribe({ group, topic, handle: async (batch) => void seen.push(...batch) });
    return seen;
  }

  async collectLetters(): Promise<void> {
    await this.bus.subscribe({ group: 'letters', topic: topics.deadLetters, handle: async (batch) => void this.letters.push(...batch) });
  }

  listen(handle: BatchHandler<ExecSession>, group = 'listener') {
    return this.bus.subscribe({ group, topic: topics.execSessions, handle });
  }

  publish(...sessions: readonly ExecSession[]): Promise<void> {
    return this.bus.publish(topics.execSessions, sessions);
  }
}

const session = (pod: string, id: number | string) => anExecSession({ id: String(id), pod });
const name = ({ pod, id }: ExecSession) => `${pod}#${id}`;

/** `count` sessions of each of `pods` pods, the pods taking turns. */
function sessions(pods: number, count: number): ExecSession[] {
  return Array.from({ length: pods * count }, (_, index) => session(`pod-${index % pods}`, Math.floor(index / pods)));
}

/** The order in which each pod's sessions came first: what comes again is left out. */
function firstSeen(seen: readonly ExecSession[]): Record<string, string[]> {
  const order: Record<string, string[]> = {};
  for (const { pod, id } of seen) {
    const ids = (order[pod] ??= []);
    if (!ids.includes(id)) ids.push(id);
  }
  return order;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index));

function deliverySuite(start: Start): void {
  it('gives every message to every group, in order per key', async () => {
    const scene = await start();
    const [one, two] = [await scene.collect(topics.execSessions, 'one'), await scene.collect(topics.execSessions, 'two')];
    const all = sessions(5, 40);
    for (let at = 0; at < all.length; at += 30) await scene.publish(...all.slice(at, at + 30));
    for (const seen of [one, two]) {
      await eventually(() => expect(new Set(seen.map(name)).size).toBe(200));
      for (const ids of Object.values(firstSeen(seen))) expect(ids).toEqual(upTo(40));
    }
  });

  it('keeps the order per key of publishers that do not wait, in every group, however slow', async () => {
    const scene = await start();
    const slow: ExecSession[] = [];
    await scene.listen(async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      slow.push(...batch);
    }, 'slow');
    const quick = await scene.collect(topics.execSessions, 'quick');
    await Promise.all(upTo(600).map((id) => scene.publish(session('pod', id))));
    for (const seen of [slow, quick]) {
      await eventually(() => expect(firstSeen(seen)['pod']).toHaveLength(600));
      expect(firstSeen(seen)['pod']).toEqual(upTo(600));
    }
  });

  it('never runs two batches of one key at the same time', async () => {
    const scene = await start();
    let running = 0;
    let most = 0;
    let done = 0;
    await scene.listen(async (batch) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      done += batch.length;
    });
    for (let round = 0; round < 20; round += 1) await scene.publish(...upTo(5).map((id) => session('pod', `${round}-${id}`)));
    await eventually(() => expect(done).toBeGreaterThanOrEqual(100));
    expect(most).toBe(1);
  });

  it('hands over no more messages at once than a subscription wants', async () => {
    const scene = await start();
    const sizes: number[] = [];
    const handle = async (batch: readonly ExecSession[]) => void sizes.push(batch.length);
    await scene.bus.subscribe({ group: 'small', topic: topics.execSessions, batchSize: 7, handle });
    await scene.publish(...sessions(1, 30));
    await eventually(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(30));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
  });

  it('makes publishers wait for a slow consumer, and loses nothing', async () => {
    const scene = await start();
    const { capacity } = scene.test;
    const seen = new Set<string>();
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    await scene.listen(async (batch) => {
      await gate;
      for (const message of batch) seen.add(message.id);
    });
    let published = 0;
    const flood = (async () => {
      for (; published < 50_000; published += 100)
        await scene.publish(...upTo(100).map((id) => session(`pod-${id}`, published + Number(id))));
    })();
    await stands(() => published);
    if (capacity !== undefined) expect(published).toBeLessThanOrEqual(capacity);
    expect(seen.size).toBe(0);
    goOn();
    await flood;
    await eventually(() => expect(seen.size).toBe(50_000));
  });

  it('hands the last event of each key of a compacted topic to whoever comes late', async () => {
    const scene = await start();
    const strategy = (imageId: string, failures: number): ImageStrategy => ({
      cluster: 'test',
      imageId,
      strategy: 'none',
      failures,
      pods: 3,
      learnedAt: '2026-01-01T10:00:00Z',
      expiresAt: '2026-01-02T10:00:00Z',
    });
    await scene.bus.publish(topics.imageStrategies, [strategy('a', 1), strategy('b', 1), strategy('a', 2)]);
    const seen = await scene.collect(topics.imageStrategies, 'late');
    const last = () => Object.fromEntries(seen.map(({ imageId, failures }) => [imageId, failures]));
    await eventually(() => expect(last()).toEqual({ a: 2, b: 1 }));
    await scene.bus.publish(topics.imageStrategies, [strategy('b', 2)]);
    await eventually(() => expect(last()).toEqual({ a: 2, b: 2 }));
  });
}

function failureSuite(start: Start): void {
  it('settles by verdicts: handled, dropped, and kept as a dead letter with where it came from', async () => {
    const scene = await start();
    await scene.collectLetters();
    const verdicts: Record<string, Verdict> = { bad: deadLetter('bad-session', 'no good: /pod'), skip: drop('not-wanted'), fine: handled };
    const seen: string[] = [];
    await scene.listen(async (batch) => {
      seen.push(...batch.map(({ id }) => id));
      return batch.map(({ id }) => verdicts[id] ?? handled);
    });
    await scene.publish(session('pod', 'fine'), session('pod', 'bad'), session('pod', 'skip'), session('pod', 'last'));
    await eventually(() => expect([new Set(seen).size, scene.letters.length]).toEqual([4, 1]));
    const [letter] = scene.letters;
    expect(letter).toMatchObject({ stage: 'listener', reason: 'bad-session', error: 'no good: /pod', attempts: 1, truncated: false });
    expect(letter?.origin).toMatchObject({ topic: topics.execSessions.name, key: 'test/payments/pod' });
    expect(JSON.parse(letter?.payload ?? '')).toEqual(session('pod', 'bad'));
    expect(letter?.id).toContain('bad');
  });

  it('waits for a dependency with the same messages in the same order, and blocks nothing but their partition', async () => {
    const scene = await start();
    await scene.collectLetters();
    const tried: string[] = [];
    const seen: ExecSession[] = [];
    let away = true;
    await scene.listen(async (batch) => {
      const blocked = batch.filter(({ pod }) => pod === 'pod-0');
      if (away && blocked.length > 0) {
        tried.push(name(blocked[0] as ExecSession));
        throw new DependencyUnavailable('the database is away');
      }
      seen.push(...batch);
    });
    await scene.publish(...sessions(32, 4));
    await eventually(() => {
      expect(tried.length).toBeGreaterThanOrEqual(2);
      // Half of the others at least are in other partitions.
      expect(seen.length).toBeGreaterThanOrEqual(62);
    });
    expect(new Set(tried)).toEqual(new Set(['pod-0#0']));
    expect(firstSeen(seen)['pod-0']).toBeUndefined();
    away = false;
    await eventually(() => expect(new Set(seen.map(name)).size).toBe(128));
    for (const ids of Object.values(firstSeen(seen))) expect(ids).toEqual(upTo(4));
    expect(scene.letters).toEqual([]);
  });

  it('isolates a message that trips a bug: after three tries alone it is a dead letter, and the rest goes on', async () => {
    const scene = await start();
    await scene.collectLetters();
    const seen: ExecSession[] = [];
    let alone = 0;
    await scene.listen(async (batch) => {
      const poison = batch.some(({ id }) => id === '7');
      if (poison && batch.length === 1) alone += 1;
      if (poison) throw new TypeError('cannot read properties of undefined');
      seen.push(...batch);
    });
    await scene.publish(...upTo(20).map((id) => session('pod', id)));
    await scene.publish(session('pod', 'after'));
    await eventually(() => expect(seen.map(({ id }) => id)).toContain('after'));
    await eventually(() => expect(scene.letters).toHaveLength(1));
    expect(firstSeen(seen)['pod']).toEqual([...upTo(20).filter((id) => id !== '7'), 'after']);
    expect(alone).toBe(3);
    expect(scene.letters[0]).toMatchObject({ stage: 'listener', reason: 'WHORAN_UNEXPECTED', attempts: 3 });
    expect(scene.letters[0]?.error).toMatch(/TypeError: cannot read[\s\S]+at /);
    expect(JSON.parse(scene.letters[0]?.payload ?? '')).toMatchObject({ id: '7' });
  });

  it('waits while the dead letters cannot be saved, and loses none', async () => {
    const scene = await start();
    await scene.collectLetters();
    const seen: string[] = [];
    await scene.listen(async (batch) => {
      seen.push(...batch.map(({ id }) => id));
      return batch.map(({ id }) => (id === 'bad' ? deadLetter('bad-session', 'no good') : handled));
    });
    scene.test.breakTopic(topics.deadLetters.name);
    await scene.publish(session('pod', 'bad'));
    await eventually(() => expect(seen).toContain('bad'));
    await scene.publish(session('pod', 'after'));
    await stands(() => seen.length);
    expect(seen).not.toContain('after');
    scene.test.breakTopic(undefined);
    await eventually(() => expect(seen).toContain('after'));
    await eventually(() => expect(scene.letters.map(({ reason }) => reason)).toEqual(['bad-session']));
  });

  it('makes the dead letter of a message that carries another one about the other one', async () => {
    const scene = await start();
    await scene.collectLetters();
    const about = { id: 'listener/the-other-one', origin: { topic: 'other.topic', offset: '7' }, payload: 'as it was', truncated: false };
    await scene.bus.subscribe({
      group: 'listener',
      topic: topics.execSessions,
      handle: async (batch) => batch.map(({ id }) => deadLetter('still-bad', `no better: ${id}`)),
      about: ({ id }) => ({ ...about, replay: Number(id) }),
    });
    await scene.publish(session('pod', 1), session('pod', 2));
    await eventually(() => expect(scene.letters).toHaveLength(2));
    expect(scene.letters).toEqual(
      [1, 2].map((replay) => expect.objectContaining({ ...about, replay, stage: 'listener', error: `no better: ${replay}` })),
    );
  });

  it('makes no dead letters about dead letters', async () => {
    const scene = await start();
    let tries = 0;
    await scene.bus.subscribe({
      group: 'archive',
      topic: topics.deadLetters,
      handle: async () => {
        tries += 1;
        throw new TypeError('the archive has a bug');
      },
    });
    await scene.listen(async (batch) => batch.map(() => deadLetter('bad-session', 'no good')));
    await scene.publish(session('pod', 'bad'));
    await eventually(() => expect(tries).toBeGreaterThanOrEqual(3));
    expect(await stands(() => tries)).toBe(3);
  });
}

function endingSuite(start: Start): void {
  it('awaits the handler that runs when a subscription is closed, and delivers nothing handled again', async () => {
    const scene = await start();
    const seen: string[] = [];
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const subscribed = await scene.listen(async (batch) => {
      seen.push(...batch.map(({ id }) => id));
      await gate;
    });
    await scene.publish(session('pod', 'one'));
    await eventually(() => expect(seen).toEqual(['one']));
    let closed = false;
    const closing = subscribed.close().then(() => (closed = true));
    await stands(() => seen.length);
    expect(closed).toBe(false);
    goOn();
    await closing;
    const later = await scene.collect(topics.execSessions, 'listener');
    await scene.publish(session('pod', 'two'));
    await eventually(() => expect(later.map(({ id }) => id)).toContain('two'));
    expect([seen, later.map(({ id }) => id)]).toEqual([['one'], ['two']]);
  });

  it('closes a subscription soon although what it needs stays away', async () => {
    const scene = await start();
    let tries = 0;
    const subscribed = await scene.listen(async () => {
      tries += 1;
      throw new DependencyUnavailable('the database is away');
    });
    await scene.publish(session('pod', 'one'));
    await eventually(() => expect(tries).toBeGreaterThanOrEqual(2));
    const began = performance.now();
    await subscribed.close();
    expect(performance.now() - began).toBeLessThan(5000);
    const before = tries;
    expect(await stands(() => tries)).toBe(before);
  });

  it('refuses once it is closed, as something that may come back', async () => {
    const { bus } = await start();
    await bus.close();
    await expect(bus.publish(topics.execSessions, [session('pod', 'one')])).rejects.toBeInstanceOf(DependencyUnavailable);
  });
}

function cargoSuite(start: Start): void {
  it('carries integers of 64 bits and whatever texts an attacker chooses', async () => {
    const scene = await start();
    const seen = await scene.collect(topics.falcoEvents, 'reader');
    const fields = JSON.parse('{"__proto__": "polluted", "constructor": "x", "": "empty"}') as Record<string, string>;
    const texts = { nul: 'a\u0000b', lone: 'x\ud800y', pair: '😀', escape: '\u001b[2J', quotes: '"\\\u2028' };
    const event = aFalcoEvent(
      { rule: 'r\u0000\ud800', tags: null },
      { ...fields, ...texts, big: 18_446_744_073_709_551_615n, negative: -9_223_372_036_854_775_808n, list: ['__proto__', null] },
    );
    Object.defineProperty(event.output_fields, '__proto__', { value: 'polluted', enumerable: true });
    await scene.bus.publish(topics.falcoEvents, [event]);
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toEqual(event);
    expect(Object.entries(seen[0]?.output_fields ?? {}).sort()).toEqual(Object.entries(event.output_fields).sort());
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('takes keys that an attacker chooses', async () => {
    const scene = await start();
    const seen = await scene.collect(topics.execSessions, 'reader');
    const pods = ['__proto__', 'constructor', 'toString', '', '\u0000', '\ud800', 'x'.repeat(253)];
    await scene.publish(...pods.map((pod) => session(pod, 'one')));
    await eventually(() => expect(seen.map(({ pod }) => pod).sort()).toEqual(pods.toSorted()));
  });
}

/** Waits until a number has not changed for a while, and returns it. */
async function stands(read: () => number): Promise<number> {
  for (let before = -1; before !== read();) {
    before = read();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return read();
}
