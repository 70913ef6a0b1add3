import { describe, expect, it } from '@jest/globals';
import { InProcessBus, silentObserver } from '@whoran/bus';
import { type DeadLetter, type Delivery, type Notification, check, topics } from '@whoran/contracts';
import { DependencyUnavailable, type Millis, SilentLogger, VirtualClock } from '@whoran/kernel';
import { type Outcome, Output } from '@whoran/outputs';
import { Metrics } from '@whoran/service-kit';
import { aNotification, anAlert } from '@whoran/testing';
import { RouterMetrics } from '../metrics.ts';
import { Channel } from './channel.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeliveryRecords } from './delivery-records.ts';
import { DeliveryReport } from './delivery-report.ts';

const BEGIN = Date.parse('2026-01-01T10:00:00Z');
const MINUTE = 60_000;
const retry: Outcome = { kind: 'retry', error: 'answered 503' };
const refused: Outcome = { kind: 'refused', error: 'answered 400' };
const delivered: Outcome = { kind: 'delivered' };

class Scripted extends Output {
  readonly kind = 'scripted';
  readonly timeout = 10_000;
  readonly sent: Notification[] = [];
  constructor(private readonly answer: (notification: Notification) => Outcome) {
    super();
  }
  override async send(notification: Notification): Promise<Outcome> {
    this.sent.push(notification);
    return this.answer(notification);
  }
  override async close(): Promise<void> {}
}

interface ReceiverOf {
  readonly answer: (notification: Notification) => Outcome;
  readonly onFailure?: string;
  readonly size?: number;
}

/** Receivers a, b and so on, with everything that becomes of what they are told. */
async function open(durable: boolean, receivers: Readonly<Record<string, ReceiverOf>>) {
  const clock = new VirtualClock(BEGIN);
  const bus = new (class extends InProcessBus {
    override readonly durable = durable;
  })(clock, { lanes: 1, observer: silentObserver });
  const [records, letters]: [Delivery[], DeadLetter[]] = [[], []];
  await bus.subscribe({ group: 'r', topic: topics.deliveries, handle: async (batch) => void records.push(...batch) });
  await bus.subscribe({ group: 'd', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
  const metrics = new RouterMetrics(new Metrics('router'));
  const logger = new SilentLogger();
  const deliveries = new DeliveryRecords(bus, clock);
  const opened = Object.entries(receivers).map(([name, { answer, onFailure, size = 1000 }]) => {
    const output = new Scripted(answer);
    const limits = { size, concurrency: 2, deadline: 5 * MINUTE };
    const receiver = { name, output, limits, escalateAfter: 2 * MINUTE, ...(onFailure === undefined ? {} : { onFailure }) };
    const host = { bus, clock, random: () => 1, deadLetters: new DeadLetters(bus, clock, logger), records: deliveries };
    return [name, { output, channel: new Channel(receiver, { ...host, report: new DeliveryReport(name, metrics, logger) }) }] as const;
  });
  for (const [, { channel }] of opened) await channel.open();
  const of = new Map(opened);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    bus,
    records,
    letters,
    sentTo: (name: string) => of.get(name)?.output.sent ?? [],
    channel: (name: string) => of.get(name)?.channel as Channel,
    async publish(...notifications: Notification[]) {
      void bus.publish(topics.notifications, notifications);
      await settle();
    },
    async passTo(time: Millis) {
      await settle();
      for (let next = clock.nextTimer(BEGIN + time); next !== undefined; next = clock.nextTimer(BEGIN + time)) {
        clock.advanceTo(next);
        await settle();
      }
      clock.advanceTo(BEGIN + time);
      await settle();
    },
  };
}

const about = (id: string, receiver = 'a', revision = 0) =>
  aNotification({ receiver, revision }, anAlert({}, { id, revision, raisedAt: new Date(BEGIN).toISOString() }));

describe.each([
  ['in memory', false],
  ['on a durable bus', true],
])('escalation %s', (_name, durable) => {
  it('tells the next receiver what one refuses, at once and under a name of its own', async () => {
    const on = await open(durable, { a: { answer: () => refused, onFailure: 'b' }, b: { answer: () => delivered } });
    await on.publish(about('x'));
    await on.passTo(1_000);
    expect(on.sentTo('b')).toEqual([
      expect.objectContaining({
        id: 'b/escalation/a/x/0',
        reason: 'escalation',
        receiver: 'b',
        escalated: { from: 'a', id: 'a/x/0', error: 'answered 400' },
        alerts: about('x').alerts,
      }),
    ]);
    expect(on.sentTo('b').every((each) => check(topics.notifications.schema, each).ok)).toBe(true);
    expect(on.letters).toEqual([
      expect.objectContaining({ reason: 'refused', origin: expect.objectContaining({ endpoint: 'receivers/a' }) }),
    ]);
    expect(on.records.map(({ receiver, outcome, reason }) => [receiver, outcome, reason]).sort()).toEqual([
      ['a', 'refused', 'alert'],
      ['b', 'delivered', 'escalation'],
    ]);
  });

  it('tells the next receiver once what waits while one is down for long, and what comes then; the first still gets it all', async () => {
    let down = true;
    const on = await open(durable, { a: { answer: () => (down ? retry : delivered), onFailure: 'b' }, b: { answer: () => delivered } });
    await on.publish(about('x'), about('y'));
    await on.passTo(MINUTE);
    expect(on.sentTo('b')).toEqual([]);
    await on.passTo(3 * MINUTE);
    expect(on.sentTo('b').map(({ subject }) => subject)).toEqual(['escalation/a/x', 'escalation/a/y']);
    if (!durable) {
      await on.publish(about('z'));
      expect(on.sentTo('b').map(({ subject }) => subject)).toContain('escalation/a/z');
    }
    down = false;
    await on.passTo(4 * MINUTE);
    const ended = on.records.filter(({ receiver }) => receiver === 'a').map(({ outcome }) => outcome);
    expect(new Set(ended)).toEqual(new Set(['delivered']));
    expect(on.letters).toEqual([]);
    await on.passTo(20 * MINUTE);
    expect(on.sentTo('b')).toHaveLength(durable ? 2 : 3);
  });

  it('tells the next receiver of what expired, if it was not told before', async () => {
    const on = await open(durable, { a: { answer: () => retry, onFailure: 'b' }, b: { answer: () => delivered } });
    await on.publish(about('x'));
    await on.passTo(10 * MINUTE);
    expect(on.sentTo('b').map(({ subject }) => subject)).toEqual(['escalation/a/x']);
    expect(on.letters.map(({ reason }) => reason)).toEqual(['expired']);
  });

  it('goes on from one to the next and through each once, also when a reload has made a circle', async () => {
    const no = (onFailure: string): ReceiverOf => ({ answer: () => refused, onFailure });
    const on = await open(durable, { a: no('b'), b: no('c'), c: no('a') });
    await on.publish(about('some/thing'));
    await on.passTo(1_000);
    expect(['a', 'b', 'c'].map((name) => on.sentTo(name).map(({ subject }) => subject))).toEqual([
      ['some/thing'],
      ['escalation/a/some/thing'],
      ['escalation/a+b/some/thing'],
    ]);
    expect(on.letters).toHaveLength(3);
  });

  it('does not follow when somebody asks for a delivery again; that is recorded beside the first', async () => {
    const on = await open(durable, { a: { answer: () => refused, onFailure: 'b' }, b: { answer: () => delivered } });
    expect(await on.channel('a').redeliver(about('x'), 3)).toMatchObject({ kind: 'refused' });
    await on.passTo(1_000);
    expect(on.sentTo('b')).toEqual([]);
    expect(on.records.map(({ id, notification }) => [id, notification])).toEqual([['a/x/0#3', 'a/x/0']]);
  });
});

describe('an escalation', () => {
  it('is not lost while the bus is away', async () => {
    const on = await open(true, { a: { answer: () => refused, onFailure: 'b' }, b: { answer: () => delivered } });
    const publish = on.bus.publish.bind(on.bus);
    let failures = 3;
    on.bus.publish = async (topic, events) => {
      if (topic.name !== topics.notifications.name || failures === 0) return publish(topic, events);
      failures -= 1;
      throw new DependencyUnavailable('the bus is away');
    };
    void publish(topics.notifications, [about('x')]);
    await on.passTo(MINUTE);
    expect([failures, on.sentTo('a').length, on.sentTo('b').length]).toEqual([0, 1, 1]);
  });

  it('follows at once when there is no room', async () => {
    const on = await open(false, { a: { answer: () => retry, onFailure: 'b', size: 1 }, b: { answer: () => delivered } });
    await on.publish(about('x'), about('y'));
    await on.passTo(1_000);
    expect(on.sentTo('b').map(({ subject }) => subject)).toEqual(['escalation/a/y']);
    expect(on.records.map(({ outcome }) => outcome).sort()).toEqual(['delivered', 'queue-full']);
  });
});

describe('the record of a delivery', () => {
  it.each([false, true])(
    'says what was told to whom and how it ended, also of what news took the place of: durable %p',
    async (durable) => {
      let answer: Outcome = retry;
      const on = await open(durable, { a: { answer: () => answer } });
      await on.publish(about('x'), about('x', 'a', 4));
      answer = delivered;
      await on.passTo(MINUTE);
      expect(on.records.every((each) => check(topics.deliveries.schema, each).ok)).toBe(true);
      expect(on.records.find(({ id }) => id === 'a/x/4')).toEqual({
        id: 'a/x/4',
        notification: 'a/x/4',
        receiver: 'a',
        kind: 'scripted',
        outcome: 'delivered',
        attempts: expect.any(Number),
        reason: 'alert',
        createdAt: '2026-01-01T10:00:00.000Z',
        endedAt: expect.any(String),
        alerts: ['x'],
        total: 1,
        rules: ['Terminal shell in container'],
        users: ['jane@example.com'],
        clusters: ['test'],
      });
      expect(new Set(on.records.map(({ id }) => id))).toEqual(new Set(['a/x/0', 'a/x/4']));
    },
  );

  it('comes when the bus is back: a batch waits for it, and nothing is sent twice', async () => {
    const on = await open(true, { a: { answer: () => delivered } });
    const publish = on.bus.publish.bind(on.bus);
    let away = true;
    on.bus.publish = async (topic, events) => {
      if (topic.name === topics.deliveries.name && away) throw new DependencyUnavailable('the bus is away');
      return publish(topic, events);
    };
    await on.publish(about('x'));
    await on.passTo(MINUTE);
    expect([on.sentTo('a').length, on.records.length]).toEqual([1, 0]);
    away = false;
    await on.passTo(2 * MINUTE);
    expect([on.sentTo('a').length, on.records.length]).toEqual([1, 1]);
  });
});
