import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@whoran/contracts';
import { type Millis, VirtualClock } from '@whoran/kernel';
import { type Outcome, Output, type SendContext } from '@whoran/outputs';
import { anAlert } from '@whoran/testing';
import type { Receiver } from '../routing/load-routing.ts';
import type { Ended } from './deliver.ts';
import { ReceiverQueue } from './receiver-queue.ts';

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
    readonly script: (Outcome | 'hang' | 'throw')[] = [],
    private readonly otherwise: Outcome | 'hang' = { kind: 'delivered' },
  ) {
    super();
  }

  override async send(alert: Alert, { update, signal }: SendContext): Promise<Outcome> {
    this.sent.push({ id: alert.whoran.id, revision: alert.whoran.revision, update, at: this.clock.now() });
    this.most = Math.max(this.most, (this.atOnce += 1));
    signal.addEventListener('abort', () => (this.aborted += 1));
    await Promise.resolve();
    const answer = this.script.shift() ?? this.otherwise;
    if (answer === 'hang') return new Promise(() => {});
    this.atOnce -= 1;
    if (answer === 'throw') throw new Error('a bug');
    return answer;
  }

  override async close(): Promise<void> {
    this.closed = true;
  }
}

const retry: Outcome = { kind: 'retry', error: 'answered 503' };
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const notify = (id: string, revision = 0, update = false) => ({ alert: anAlert({}, { id, revision }), update });

async function passTo(clock: VirtualClock, time: Millis): Promise<void> {
  await settle();
  for (let next = clock.nextTimer(time); next !== undefined; next = clock.nextTimer(time)) {
    clock.advanceTo(next);
    await settle();
  }
  clock.advanceTo(time);
  await settle();
}

function aQueue(output: Output, clock: VirtualClock, limits: Partial<Receiver['limits']> = {}) {
  const ended: (Ended & { id: string; at: Millis })[] = [];
  let length = 0;
  const receiver = { name: 'r', output, limits: { size: 1000, concurrency: 1, deadline: 300_000, ...limits } };
  const queue = new ReceiverQueue(receiver, {
    clock,
    random: () => 1,
    onAttempt: () => {},
    onEnded: async (_, { alert }, end) => void ended.push({ ...end, id: alert.whoran.id, at: clock.now() }),
    onLength: (_, now) => (length = now),
  });
  return { queue, ended, receiver, length: () => length };
}

describe('the queue of a receiver', () => {
  it('tries again with back-off until it is delivered', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, [retry, 'throw', { ...retry, retryAfter: 7_000 }]);
    const { queue, ended, length } = aQueue(output, clock);
    queue.offer(notify('a'));
    expect(length()).toBe(1);
    await passTo(clock, 60_000);
    expect(output.sent.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 10_000]);
    expect(ended).toEqual([{ kind: 'delivered', attempts: 4, id: 'a', at: 10_000 }]);
    expect(length()).toBe(0);
  });
  it('gives up at the deadline with the last error, and at once when refused', async () => {
    const clock = new VirtualClock();
    const { queue, ended } = aQueue(new Scripted(clock, [{ kind: 'refused', error: 'answered 400' }], retry), clock, { deadline: 20_000 });
    queue.offer(notify('a'));
    queue.offer(notify('b'));
    await passTo(clock, 100_000);
    expect(ended).toEqual([
      { kind: 'refused', error: 'answered 400', attempts: 1, id: 'a', at: 0 },
      { kind: 'expired', error: 'answered 503', attempts: 5, id: 'b', at: 15_000 },
    ]);
  });
  it('ends an attempt that takes too long, even when the output does not heed it', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, ['hang']);
    const { queue, ended } = aQueue(output, clock);
    queue.offer(notify('a'));
    await passTo(clock, 60_000);
    expect(output.sent.map(({ at }) => at)).toEqual([0, 11_000]);
    expect([output.aborted, ended[0]?.kind]).toEqual([2, 'delivered']);
  });
  it('tries what waited past its deadline once more, because the receiver may be back', async () => {
    const clock = new VirtualClock();
    const { queue, ended } = aQueue(new Scripted(clock, ['hang']), clock, { deadline: 5_000 });
    queue.offer(notify('a'));
    queue.offer(notify('b'));
    await passTo(clock, 60_000);
    expect(ended.map(({ id, kind }) => [id, kind])).toEqual([
      ['a', 'expired'],
      ['b', 'delivered'],
    ]);
  });
  it('takes no more than it has room for', async () => {
    const clock = new VirtualClock();
    const { queue } = aQueue(new Scripted(clock, [], 'hang'), clock, { size: 3 });
    expect(['a', 'b', 'c', 'd'].map((id) => queue.offer(notify(id)))).toEqual([true, true, true, false]);
  });
  it('makes as many attempts at once as it may', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, [], 'hang');
    const { queue } = aQueue(output, clock, { concurrency: 3 });
    for (let id = 0; id < 10; id += 1) queue.offer(notify(String(id)));
    await passTo(clock, 5_000);
    expect(output.most).toBe(3);
  });
  it('lets no update overtake what it updates', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, [retry]);
    const { queue } = aQueue(output, clock, { concurrency: 4 });
    queue.offer(notify('a', 0));
    await settle();
    queue.offer(notify('a', 1, true));
    await passTo(clock, 60_000);
    expect(output.sent.map(({ revision, update }) => [revision, update])).toEqual([
      [0, false],
      [0, false],
      [1, true],
    ]);
  });
  it('says the name at once when the first notification still waits', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, [retry]);
    const { queue } = aQueue(output, clock);
    for (const notification of [notify('x'), notify('a', 0), notify('a', 1, true)]) queue.offer(notification);
    await passTo(clock, 60_000);
    expect(output.sent.map(({ id, revision, update }) => [id, revision, update])).toEqual([
      ['x', 0, false],
      ['x', 0, false],
      ['a', 1, false],
    ]);
  });
  it('sends what waits to the new output after a reload', async () => {
    const clock = new VirtualClock();
    const [wrong, right] = [new Scripted(clock, [], retry), new Scripted(clock)];
    const { queue, ended, receiver } = aQueue(wrong, clock);
    for (const id of ['a', 'b']) queue.offer(notify(id));
    await passTo(clock, 1_500);
    queue.use({ ...receiver, output: right });
    await passTo(clock, 60_000);
    expect(wrong.closed).toBe(true);
    expect(right.sent.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(ended.map(({ kind }) => kind)).toEqual(['delivered', 'delivered']);
  });
});

describe('closing a queue', () => {
  it('delivers what it can in time and hands over the rest', async () => {
    const clock = new VirtualClock();
    const output = new Scripted(clock, [{ kind: 'delivered' }, retry], 'hang');
    const { queue, ended } = aQueue(output, clock);
    for (const id of ['a', 'b', 'c']) queue.offer(notify(id));
    const closing = queue.close(5_000);
    expect(queue.offer(notify('d'))).toBe(false);
    await passTo(clock, 5_000);
    await closing;
    expect(ended.map(({ id, kind }) => [id, kind]).sort()).toEqual([
      ['a', 'delivered'],
      ['b', 'stopped'],
      ['c', 'stopped'],
    ]);
    expect(output.closed).toBe(true);
  });
  it('does not wait when there is nothing to deliver', async () => {
    const clock = new VirtualClock();
    const { queue, ended } = aQueue(new Scripted(clock), clock);
    await queue.close(5_000);
    expect([ended, clock.nextTimer(Infinity)]).toEqual([[], undefined]);
  });
});
