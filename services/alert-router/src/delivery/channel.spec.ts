import { describe, expect, it } from '@jest/globals';
import { type Verdict, InProcessBus, silentObserver } from '@whoran/bus';
import { type Alert, type DeadLetter, type Notification, topics } from '@whoran/contracts';
import { type Millis, SilentLogger, VirtualClock } from '@whoran/kernel';
import { type Outcome, Output, type SendContext } from '@whoran/outputs';
import { Metrics } from '@whoran/service-kit';
import { aNotification, anAlert } from '@whoran/testing';
import { RouterMetrics } from '../metrics.ts';
import type { Receiver } from '../routing/load-routing.ts';
import { Channel } from './channel.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeliveryRecords } from './delivery-records.ts';
import { DeliveryReport } from './delivery-report.ts';

type Answer = Outcome | 'hang' | 'throw';

/** Answers as it is told; without a word it hangs. */
class Scripted extends Output {
  readonly kind = 'scripted';
  readonly timeout = 10_000;
  readonly sent: { id: string; revision: number; update: boolean; at: Millis }[] = [];
  atOnce = 0;
  most = 0;
  aborted = 0;
  closed = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly answer: (id: string, attempt: number) => Answer = () => delivered,
  ) {
    super();
  }

  override async send({ subject: id, revision, alerts: [alert] }: Notification, { signal }: SendContext): Promise<Outcome> {
    const { update = false } = alert?.whoran ?? {};
    this.sent.push({ id, revision, update, at: this.clock.now() - BEGIN });
    this.most = Math.max(this.most, (this.atOnce += 1));
    signal.addEventListener('abort', () => (this.aborted += 1));
    await Promise.resolve();
    const answer = this.answer(id, this.sent.length);
    if (answer === 'hang') return new Promise(() => {});
    this.atOnce -= 1;
    if (answer === 'throw') throw new Error('a bug');
    return answer;
  }

  override async close(): Promise<void> {
    this.closed = true;
  }
}

const BEGIN = Date.parse('2026-01-01T10:00:00Z');
/** After so long at most the bus brings a batch again that was given back. */
const COMES_AGAIN = 15_000;
const delivered: Outcome = { kind: 'delivered' };
const retry: Outcome = { kind: 'retry', error: 'answered 503' };
const inOrder = (...answers: Answer[]) => {
  return (_id: string, attempt: number) => answers[attempt - 1] ?? delivered;
};
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const alert = (id: string, revision = 0, whoran: Partial<Alert['whoran']> = {}, different: Partial<Notification> = {}) =>
  aNotification(different, anAlert({}, { id, revision, raisedAt: new Date(BEGIN).toISOString(), ...whoran }));
const update = (id: string, revision = 1) => alert(id, revision, { update: true }, { reason: 'update' });

class Scene {
  readonly clock = new VirtualClock(BEGIN);
  readonly letters: DeadLetter[] = [];
  readonly verdicts: Verdict['kind'][] = [];
  readonly bus: InProcessBus;
  readonly receiver: Receiver;
  readonly metrics = new Metrics('router');
  readonly channel: Channel;

  constructor(
    durable: boolean,
    readonly output: (clock: VirtualClock) => Output,
    limits: Partial<Receiver['limits']> = {},
  ) {
    const settled = (group: string, _topic: string, verdict: Verdict['kind']) => {
      if (group === 'alert-router.r') this.verdicts.push(verdict);
    };
    this.bus = new (class extends InProcessBus {
      override readonly durable = durable;
    })(this.clock, { lanes: 1, observer: { ...silentObserver, settled } });
    this.receiver = {
      name: 'r',
      output: output(this.clock),
      escalateAfter: 120_000,
      limits: { size: 1000, concurrency: 1, deadline: 300_000, ...limits },
    };
    const logger = new SilentLogger();
    this.channel = new Channel(this.receiver, {
      bus: this.bus,
      clock: this.clock,
      random: () => 1,
      deadLetters: new DeadLetters(this.bus, this.clock, logger),
      records: new DeliveryRecords(this.bus, this.clock),
      report: new DeliveryReport('r', new RouterMetrics(this.metrics), logger),
    });
  }

  async open(): Promise<this> {
    await this.bus.subscribe({ group: 'd', topic: topics.deadLetters, handle: async (batch) => void this.letters.push(...batch) });
    await this.channel.open();
    return this;
  }

  async publish(...notifications: Notification[]): Promise<void> {
    void this.bus.publish(topics.notifications, notifications);
    await settle();
  }

  /** Lets virtual time pass until so long after the beginning. */
  async passTo(time: Millis): Promise<void> {
    const { clock } = this;
    await settle();
    for (let next = clock.nextTimer(BEGIN + time); next !== undefined; next = clock.nextTimer(BEGIN + time)) {
      clock.advanceTo(next);
      await settle();
    }
    clock.advanceTo(BEGIN + time);
    await settle();
  }

  async end(closing: Promise<void>, limit = 60_000): Promise<void> {
    let done = false;
    void closing.then(() => (done = true));
    await this.passTo(this.clock.now() - BEGIN + limit);
    expect(done).toBe(true);
  }
}

const scene = (durable: boolean, answer?: (id: string, attempt: number) => Answer, limits?: Partial<Receiver['limits']>) => {
  let output: Scripted | undefined;
  const opened = new Scene(durable, (clock) => (output = new Scripted(clock, answer)), limits).open();
  return opened.then((it) => ({ it, output: output as Scripted }));
};
const range = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);

describe.each([
  ['in memory', false],
  ['on a durable bus', true],
])('the way to a receiver %s', (_name, durable) => {
  it('tries again with back-off until it is delivered', async () => {
    const { it: on, output } = await scene(durable, inOrder(retry, 'throw', { ...retry, retryAfter: 7_000 }));
    await on.publish(alert('a'));
    expect(await on.metrics.registry.metrics()).toMatch(/whoran_router_queue_length\{receiver="r",.*\} 1\n/);
    await on.passTo(60_000);
    expect(output.sent.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 10_000]);
    const metrics = await on.metrics.registry.metrics();
    expect(metrics).toMatch(/whoran_router_queue_length\{receiver="r",.*\} 0\n/);
    expect(metrics).toMatch(/whoran_router_deliveries_total\{receiver="r",kind="scripted",outcome="delivered",.*\} 1\n/);
    expect([on.letters, on.verdicts]).toEqual([[], ['handled']]);
  });

  it('gives up at the deadline with the last error, and at once when refused: what is kept names the receiver', async () => {
    const answer = (id: string): Answer => (id === 'a' ? { kind: 'refused', error: 'answered 400' } : retry);
    const { it: on } = await scene(durable, answer, { deadline: 20_000 });
    await on.publish(alert('a'), alert('b', 3_000_000_000_000));
    await on.passTo(100_000);
    const letter = {
      stage: 'alert-router',
      origin: expect.objectContaining({ topic: topics.notifications.name, endpoint: 'receivers/r', cluster: 'test' }),
    };
    expect(on.letters).toEqual([
      expect.objectContaining({ ...letter, reason: 'refused', error: 'answered 400', attempts: 1, id: expect.stringContaining('r/a/0') }),
      expect.objectContaining({ ...letter, reason: 'expired', error: 'answered 503', attempts: 5 }),
    ]);
    expect(on.letters[1]?.id).toBe('alert-router/whoran.notifications.v1/r/b/3000000000000');
  });

  it('ends an attempt that takes too long, even when the output does not heed it', async () => {
    const { it: on, output } = await scene(durable, inOrder('hang'));
    await on.publish(alert('a'));
    await on.passTo(60_000);
    expect(output.sent.map(({ at }) => at)).toEqual([0, 11_000]);
    // The one that took too long, and not the one that was delivered: aborting that would close the connection that it leaves.
    expect(output.aborted).toBe(1);
  });

  it('tries what is past its deadline once, because the receiver may be back', async () => {
    const { it: on, output } = await scene(durable, inOrder('hang'), { deadline: 5_000 });
    await on.publish(alert('a'), alert('b'));
    await on.passTo(60_000);
    expect(output.sent.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(on.letters.map(({ reason, attempts }) => [reason, attempts])).toEqual([['expired', 1]]);
  });

  it('makes as many attempts at once as it may', async () => {
    const { it: on, output } = await scene(durable, () => 'hang', { concurrency: 3 });
    await on.publish(...range(10).map((id) => alert(id)));
    await on.passTo(5_000);
    expect(output.most).toBe(3);
  });

  it('tries a receiver that is down one alert at a time, and brings everything as soon as it is back', async () => {
    let down = true;
    const { it: on, output } = await scene(durable, () => (down ? retry : delivered), { concurrency: 4 });
    await on.publish(...range(60).map((id) => alert(id)));
    await on.passTo(60_000);
    expect(output.sent.length).toBeLessThan(20);
    expect(await on.metrics.registry.metrics()).toMatch(/whoran_router_receiver_up\{receiver="r",.*\} 0\n/);
    down = false;
    const before = output.sent.length;
    await on.passTo(70_000);
    expect(output.sent).toHaveLength(before + 60);
    expect(await on.metrics.registry.metrics()).toMatch(/whoran_router_receiver_up\{receiver="r",.*\} 1\n/);
    await on.passTo(on.clock.now() - BEGIN + COMES_AGAIN);
    expect([on.letters, on.verdicts.length]).toEqual([[], 60]);
  });

  it('keeps what waited past its deadline for a receiver that is down, without trying each', async () => {
    const { it: on, output } = await scene(durable, () => retry, { concurrency: 4, deadline: 60_000 });
    await on.publish(...range(60).map((id) => alert(id)));
    await on.passTo(70_000);
    expect(on.letters).toHaveLength(60);
    expect(new Set(on.letters.map(({ reason, error }) => `${reason}: ${error}`))).toEqual(new Set(['expired: answered 503']));
    expect(output.sent.length).toBeLessThan(20);
  });

  it('lets alerts that the receiver cannot take not keep the others away', async () => {
    const { it: on, output } = await scene(durable, (id) => (id.startsWith('bad') ? retry : delivered));
    await on.publish(...range(8).map((id) => alert(`bad ${id}`)));
    await on.passTo(60_000);
    await on.publish(...range(5).map((id) => alert(id, 0, { raisedAt: new Date(BEGIN + 60_000).toISOString() })));
    await on.passTo(durable ? 400_000 : 75_000);
    const others = output.sent.filter(({ id }) => !id.startsWith('bad'));
    expect(others.map(({ id }) => id)).toEqual(range(5));
  });

  it('lets no update overtake what it updates', async () => {
    const { it: on, output } = await scene(durable, inOrder('hang'), { concurrency: 4 });
    await on.publish(alert('a'));
    await on.publish(update('a'));
    await on.passTo(60_000);
    expect(output.sent.map(({ revision, update: follows }) => [revision, follows])).toEqual([
      [0, false],
      [0, false],
      [1, true],
    ]);
  });

  it('says the name at once when the first notification still waits, and nothing twice', async () => {
    const { it: on, output } = await scene(durable, inOrder(retry));
    await on.publish(alert('x'), alert('a'), update('a', 7), alert('a'), update('a', 7));
    await on.passTo(60_000);
    expect(output.sent.map(({ id, revision, update: follows }) => [id, revision, follows])).toEqual([
      ['x', 0, false],
      ['a', 7, false],
      ['x', 0, false],
    ]);
    expect(on.verdicts).toEqual(Array(5).fill('handled'));
  });

  it('takes what is addressed to it and nothing else', async () => {
    const { it: on, output } = await scene(durable);
    await on.publish(alert('a'), alert('b', 0, {}, { receiver: 'rr' }), alert('n', 0, {}, { receiver: 'q' }));
    expect(output.sent.map(({ id }) => id)).toEqual(['a']);
    expect(on.verdicts).toEqual(['handled', 'drop', 'drop']);
  });

  it('sends what waits to the new output after a reload', async () => {
    const { it: on, output: wrong } = await scene(durable, () => retry);
    const right = new Scripted(on.clock);
    await on.publish(alert('a'), alert('b'));
    await on.passTo(1_500);
    on.channel.use({ ...on.receiver, output: right });
    await on.passTo(60_000);
    expect(wrong.closed).toBe(true);
    expect(right.sent.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect(on.letters).toEqual([]);
  });

  it('delivers again when asked to, once, whatever its age, and keeps nothing', async () => {
    const { it: on, output } = await scene(durable, inOrder(retry));
    await on.passTo(3_600_000);
    expect(await on.channel.redeliver(alert('a'), 1)).toEqual({ kind: 'expired', error: 'answered 503', attempts: 1 });
    expect(await on.channel.redeliver(update('a'), 2)).toEqual({ kind: 'delivered', attempts: 1 });
    expect(output.sent.map(({ id, update: follows }) => [id, follows])).toEqual([
      ['a', false],
      ['a', true],
    ]);
    expect(on.letters).toEqual([]);
  });

  it('tries what there is for a receiver that is gone a little longer, then keeps it', async () => {
    const { it: on, output } = await scene(durable, (id) => (id === 'a' ? retry : delivered));
    await on.publish(alert('a'));
    let gone: boolean | undefined;
    void on.channel.runOut(10_000).then((yes) => (gone = yes));
    await on.publish(alert('b'));
    await on.passTo(2_000);
    expect([gone, on.letters.length]).toEqual([undefined, 0]);
    await on.passTo(60_000);
    expect(gone).toBe(true);
    expect(on.letters.map(({ reason }) => reason)).toEqual(['expired']);
    expect(output.sent.filter(({ id }) => id === 'b')).toHaveLength(1);
  });

  it('goes on for a receiver that comes back', async () => {
    const { it: on, output } = await scene(durable, () => retry);
    await on.publish(alert('a'));
    const gone = on.channel.runOut(10_000);
    await on.passTo(5_000);
    const again = new Scripted(on.clock);
    on.channel.use({ ...on.receiver, output: again });
    await on.passTo(30_000);
    expect(await gone).toBe(false);
    expect([output.closed, again.sent.length, on.letters.length]).toEqual([true, 1, 0]);
  });
});

describe('a queue in memory', () => {
  it('takes no more than it has room for and keeps the rest', async () => {
    const { it: on } = await scene(false, () => 'hang', { size: 3 });
    await on.publish(...range(5).map((id) => alert(id)));
    expect(on.letters.map(({ reason, id, attempts }) => [reason, id.slice(-6), attempts])).toEqual([
      ['queue-full', 'r/a3/0', 0],
      ['queue-full', 'r/a4/0', 0],
    ]);
  });

  it('when it closes delivers what it can in time and keeps the rest', async () => {
    const { it: on, output } = await scene(false, (_id, attempt) => (attempt === 1 ? delivered : 'hang'));
    await on.publish(alert('a'), alert('b'), alert('c'));
    await on.end(on.channel.close(5_000));
    expect(on.letters.map(({ id, reason }) => [id.slice(-5), reason]).sort()).toEqual([
      ['r/b/0', 'delivery-failed'],
      ['r/c/0', 'delivery-failed'],
    ]);
    expect(output.closed).toBe(true);
  });

  it('closes at once when there is nothing to deliver', async () => {
    const { it: on } = await scene(false);
    await on.channel.close(5_000);
    expect([on.letters, on.clock.nextTimer(Infinity)]).toEqual([[], undefined]);
  });
});

describe('a batch on a durable bus', () => {
  it('is held until everything in it is delivered or kept', async () => {
    const { it: on, output } = await scene(true, inOrder(retry));
    await on.publish(...range(70).map((id) => alert(id)));
    expect([output.sent.length > 60, on.verdicts.length]).toEqual([true, 0]);
    await on.passTo(400);
    expect(on.verdicts).toEqual([]);
    await on.passTo(1_000 + COMES_AGAIN);
    expect(on.verdicts).toHaveLength(70);
    expect(output.sent).toHaveLength(71);
  });

  it('is given back when nothing of it ends, goes on meanwhile, and brings nothing twice', async () => {
    const { it: on, output } = await scene(true, (id) => (id === 'bad' ? { ...retry, retryAfter: 120_000 } : delivered), {
      deadline: 900_000,
      concurrency: 2,
    });
    await on.publish(alert('a'), alert('bad'));
    await on.passTo(700_000);
    expect(on.verdicts).toEqual([]);
    await on.passTo(1_000_000);
    expect(on.verdicts).toEqual(['handled', 'dead-letter']);
    expect(output.sent.filter(({ id }) => id === 'a')).toHaveLength(1);
    expect(on.letters).toHaveLength(1);
  });

  it('is left to come again when the channel closes: no attempt is cut and none begins', async () => {
    let answer: (outcome: Outcome) => void = () => {};
    let sent = 0;
    class Slow extends Scripted {
      override send(): Promise<Outcome> {
        sent += 1;
        return new Promise((resolve) => (answer = resolve));
      }
    }
    const on = await new Scene(true, (clock) => new Slow(clock)).open();
    await on.publish(alert('a'), alert('b'));
    let closed = false;
    void on.channel.close(5_000).then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    answer(delivered);
    await settle();
    expect([closed, sent, on.letters, on.verdicts]).toEqual([true, 1, [], []]);
  });

  it('is left to come again when an attempt takes longer than the time to close', async () => {
    const { it: on } = await scene(true, () => 'hang');
    await on.publish(alert('a'));
    await on.end(on.channel.close(5_000), 5_000);
    expect([on.letters, on.verdicts]).toEqual([[], []]);
  });
});
