import { describe, expect, it } from '@jest/globals';
import {
  type BatchHandler,
  type BusObserver,
  InProcessBus,
  NotYet,
  type Verdict,
  deadLetter,
  handled,
  settleBatch,
  silentObserver,
} from '@whoran/bus';
import { type DeadLetter, type ExecSession, check, topics } from '@whoran/contracts';
import { DependencyUnavailable, VirtualClock } from '@whoran/kernel';
import { anExecSession } from '@whoran/testing';
import fc from 'fast-check';

const session = (pod: string, id: number) => anExecSession({ pod, id: String(id) });

/** What becomes of one message: how often a dependency is away before, and what it is. */
interface Fate {
  readonly pod: string;
  readonly away: number;
  readonly kind: 'good' | 'bad' | 'poison';
}

const fate: fc.Arbitrary<Fate> = fc.record({
  pod: fc.constantFrom('a', 'b', 'c'),
  away: fc.constantFrom(0, 0, 0, 0, 1, 2),
  kind: fc.constantFrom('good', 'good', 'good', 'bad', 'poison'),
});

/** A handler that meets each message's fate, and what it handled. */
function handlerOf(fates: readonly Fate[]) {
  const away = fates.map((fate) => fate.away);
  const done: ExecSession[] = [];
  const handle = async (batch: readonly ExecSession[]): Promise<Verdict[]> => {
    for (const { id } of batch) {
      if ((away[Number(id)] ?? 0) > 0) {
        away[Number(id)] = (away[Number(id)] ?? 0) - 1;
        throw new DependencyUnavailable('away');
      }
      if (fates[Number(id)]?.kind === 'poison') throw new TypeError(`poison ${id}`);
    }
    done.push(...batch);
    return batch.map(({ id }) => (fates[Number(id)]?.kind === 'bad' ? deadLetter('bad-session', 'bad') : handled));
  };
  return { done, handle };
}

/** Lets promises run, and time pass whenever all wait for it. */
async function runThrough(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  const state = { over: false };
  void work.finally(() => (state.over = true));
  while (!state.over) {
    await new Promise(setImmediate);
    const next = clock.nextTimer(Infinity);
    if (next !== undefined) clock.advanceTo(next);
  }
}

const idsOf = (sessions: readonly ExecSession[]) => sessions.map(({ id }) => Number(id));
const ofKind = (fates: readonly Fate[], ...kinds: readonly Fate['kind'][]) =>
  [...fates.keys()].filter((id) => kinds.includes(fates[id]?.kind ?? 'good'));

describe('settling batches', () => {
  it('handles every message in order, and keeps as dead letters exactly those that are bad or trip a bug', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 25 }), async (fates) => {
        const clock = new VirtualClock();
        const { done, handle } = handlerOf(fates);
        const letters: DeadLetter[] = [];
        const settled: string[] = [];
        const observer: BusObserver = { ...silentObserver, settled: (_group, _topic, verdict) => void settled.push(verdict) };
        const saveDeadLetter = async (letter: DeadLetter) => void letters.push(letter);
        const { signal } = new AbortController();
        const options = { group: 'g', topic: topics.execSessions, handle, saveDeadLetter, clock, observer, stopping: signal };
        await runThrough(
          clock,
          settleBatch(
            fates.map(({ pod }, id) => session(pod, id)),
            options,
          ),
        );
        expect(idsOf(done)).toEqual(ofKind(fates, 'good', 'bad'));
        expect(letters.map(({ payload }) => Number((JSON.parse(payload) as ExecSession).id))).toEqual(ofKind(fates, 'bad', 'poison'));
        expect(new Set(letters.map(({ id }) => id)).size).toBe(letters.length);
        expect(settled).toHaveLength(fates.length);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the order per key in any lanes, and loses nothing', async () => {
    const size = fc.record({
      lanes: fc.integer({ min: 1, max: 4 }),
      capacity: fc.integer({ min: 1, max: 8 }),
      batchSize: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 40 }), size, fc.integer({ min: 1, max: 7 }), async (fates, size, chunk) => {
        const clock = new VirtualClock();
        const bus = new InProcessBus(clock, size);
        const { done, handle } = handlerOf(fates);
        const letters: DeadLetter[] = [];
        await bus.subscribe({ group: 'l', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
        await bus.subscribe({ group: 'g', topic: topics.execSessions, handle });
        const all = fates.map(({ pod }, id) => session(pod, id));
        for (let at = 0; at < all.length; at += chunk) void bus.publish(topics.execSessions, all.slice(at, at + chunk));
        await runThrough(clock, bus.idle());
        expect(idsOf(done).toSorted((a, b) => a - b)).toEqual(ofKind(fates, 'good', 'bad'));
        for (const pod of ['a', 'b', 'c']) {
          const ids = idsOf(done.filter((session) => session.pod === pod));
          expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        }
        expect(letters).toHaveLength(ofKind(fates, 'bad', 'poison').length);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, unknown]>([
    ['a plain error', new Error('x')],
    ['an error that a library calls retriable', Object.assign(new Error('x'), { retriable: true })],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('takes %s for a bug', async (_what, thrown) => {
    const clock = new VirtualClock();
    const letters: DeadLetter[] = [];
    const handle = async () => {
      throw thrown as Error;
    };
    const saveDeadLetter = async (letter: DeadLetter) => void letters.push(letter);
    const { signal } = new AbortController();
    const options = { group: 'g', topic: topics.execSessions, handle, saveDeadLetter, clock, observer: silentObserver, stopping: signal };
    expect(await settleBatch([session('a', 1)], options)).toBe(true);
    expect(letters).toMatchObject([{ reason: 'WHORAN_UNEXPECTED', attempts: 3 }]);
  });

  it('counts only what looks like a bug as a try, however long a dependency was away before', async () => {
    const clock = new VirtualClock();
    const outcomes = [
      new DependencyUnavailable('1'),
      new DependencyUnavailable('2'),
      new DependencyUnavailable('3'),
      new TypeError('once'),
    ];
    const letters: DeadLetter[] = [];
    const handle = async () => {
      const error = outcomes.shift();
      if (error) throw error;
    };
    const saveDeadLetter = async (letter: DeadLetter) => void letters.push(letter);
    const { signal } = new AbortController();
    const options = { group: 'g', topic: topics.execSessions, handle, saveDeadLetter, clock, observer: silentObserver, stopping: signal };
    await runThrough(clock, settleBatch([session('a', 1)], options));
    expect(letters).toEqual([]);
    expect(clock.now()).toBe(100 + 200 + 400);
  });

  it('keeps a message that cannot even be read, and waits while saving fails for whatever reason', async () => {
    const clock = new VirtualClock();
    const letters: DeadLetter[] = [];
    let refusals = 2;
    const saveDeadLetter = async (letter: DeadLetter) => {
      if (refusals-- > 0) throw new RangeError('message too large');
      letters.push(letter);
    };
    const circular = session('a', 1) as ExecSession & { self?: unknown };
    circular.self = circular;
    const { signal } = new AbortController();
    const handle = async () => [deadLetter('bad-session', 'bad')];
    const options = { group: 'g', topic: topics.execSessions, handle, saveDeadLetter, clock, observer: silentObserver, stopping: signal };
    await runThrough(clock, settleBatch([circular], options));
    expect(letters).toMatchObject([{ reason: 'bad-session', payload: expect.stringContaining('unreadable: ') }]);
  });

  it('saves the dead letters of a batch that was handled while the service began to stop', async () => {
    const stop = new AbortController();
    const letters: DeadLetter[] = [];
    const handle = async () => {
      stop.abort();
      return [deadLetter('bad-session', 'bad')];
    };
    const saveDeadLetter = async (letter: DeadLetter) => void letters.push(letter);
    const options = {
      group: 'g',
      topic: topics.execSessions,
      handle,
      saveDeadLetter,
      clock: new VirtualClock(),
      observer: silentObserver,
      stopping: stop.signal,
    };
    expect(await settleBatch([session('a', 1)], options)).toBe(true);
    expect(letters).toHaveLength(1);
  });

  it('tells handlers when to stop waiting, and dead letters how often something was tried', async () => {
    const letters: DeadLetter[] = [];
    const stop = new AbortController();
    const settle = (handle: BatchHandler<ExecSession>) =>
      settleBatch([session('a', 1)], {
        group: 'g',
        topic: topics.execSessions,
        handle,
        saveDeadLetter: async (letter) => void letters.push(letter),
        clock: new VirtualClock(),
        observer: silentObserver,
        stopping: stop.signal,
      });
    await settle(async () => [deadLetter('expired', 'no answer', 7)]);
    expect(letters).toEqual([expect.objectContaining({ reason: 'expired', attempts: 7 })]);
    const waiting = settle(
      (_, { stopping }) =>
        new Promise((_resolve, reject) => stopping.addEventListener('abort', () => reject(new DependencyUnavailable('stopped')))),
    );
    stop.abort();
    expect(await waiting).toBe(false);
  });

  it('makes the dead letter of a message that carries another one about the other one', async () => {
    const letters: DeadLetter[] = [];
    const about = { id: 'first', origin: { topic: 'first.topic', offset: '7' }, payload: 'raw', truncated: false, replay: 2 };
    const settled = await settleBatch([session('a', 1)], {
      group: 'g',
      topic: topics.execSessions,
      handle: async () => [deadLetter('still-bad', 'no better')],
      about: () => about,
      saveDeadLetter: async (letter) => void letters.push(letter),
      clock: new VirtualClock(),
      observer: silentObserver,
      stopping: new AbortController().signal,
    });
    expect([settled, letters]).toEqual([true, [expect.objectContaining({ ...about, stage: 'g', reason: 'still-bad' })]]);
  });

  it('makes a dead letter even of a message that its subscription cannot name', async () => {
    const letters: DeadLetter[] = [];
    await settleBatch([session('a', 1)], {
      group: 'g',
      topic: topics.execSessions,
      handle: async () => [deadLetter('bad-session', 'bad')],
      stage: 'service',
      about: () => {
        throw new TypeError('no such field');
      },
      saveDeadLetter: async (letter) => void letters.push(letter),
      clock: new VirtualClock(),
      observer: silentObserver,
      stopping: new AbortController().signal,
    });
    expect(letters).toEqual([expect.objectContaining({ stage: 'service', reason: 'bad-session' })]);
  });

  it('gives the messages back when a dependency is away for longer than its patience, and waits for a short outage', async () => {
    const clock = new VirtualClock();
    let [away, unsaved, handledOnce] = [3, 0, 0];
    const settle = () =>
      settleBatch([session('a', 1)], {
        group: 'g',
        topic: topics.execSessions,
        handle: async () => {
          if ((away -= 1) >= 0) throw new DependencyUnavailable('away');
          handledOnce += 1;
          return [deadLetter('bad-session', 'bad')];
        },
        saveDeadLetter: async () => {
          if ((unsaved -= 1) >= 0) throw new DependencyUnavailable('no broker');
        },
        clock,
        observer: silentObserver,
        stopping: new AbortController().signal,
        patience: 1000,
      });
    const outcome = async () => {
      const settling = settle();
      await runThrough(clock, settling);
      return settling;
    };
    expect(await outcome()).toBe(true); // after 100, 200 and 400 ms
    away = 4;
    expect(await outcome()).toBe(false);
    [away, unsaved] = [0, 4];
    expect(await outcome()).toBe(false);
    expect(handledOnce).toBe(2);
  });

  it('gives the messages back at once when their handler goes on with them, or comes again itself when nobody else would', async () => {
    const clock = new VirtualClock();
    const settle = (patience?: number) => {
      let left = 3;
      const settling = settleBatch([session('a', 1)], {
        group: 'g',
        topic: topics.execSessions,
        handle: async () => {
          if ((left -= 1) >= 0) throw new NotYet('goes on');
        },
        saveDeadLetter: async () => undefined,
        clock,
        observer: silentObserver,
        stopping: new AbortController().signal,
        ...(patience === undefined ? {} : { patience }),
      });
      return runThrough(clock, settling).then(async () => [await settling, left]);
    };
    expect(await settle(1000)).toEqual([false, 2]);
    expect(await settle()).toEqual([true, -1]);
  });

  it('says in a dead letter what the bus knows of its origin, and keeps the message as it came', async () => {
    const letters: DeadLetter[] = [];
    await settleBatch([session('a', 1)], {
      group: 'g',
      topic: topics.execSessions,
      handle: async () => [deadLetter('bad-session', 'bad')],
      saveDeadLetter: async (letter) => void letters.push(letter),
      clock: new VirtualClock(),
      observer: silentObserver,
      stopping: new AbortController().signal,
      originOf: () => ({ partition: 3, offset: '42' }),
      textOf: () => 'as it came',
    });
    const origin = { topic: topics.execSessions.name, key: 'test/payments/a', cluster: 'test', partition: 3, offset: '42' };
    expect(letters).toEqual([expect.objectContaining({ origin, payload: 'as it came' })]);
  });

  it('says in a dead letter which cluster its message is of', async () => {
    const letters: DeadLetter[] = [];
    const options = {
      group: 'g',
      topic: topics.execSessions,
      handle: async () => [deadLetter('bad-session', 'bad'), deadLetter('bad-session', 'bad')],
      saveDeadLetter: async (letter: DeadLetter) => void letters.push(letter),
      clock: new VirtualClock(),
      observer: silentObserver,
      stopping: new AbortController().signal,
    };
    await settleBatch([anExecSession({ cluster: 'eu/1' }), anExecSession({ cluster: '\ud800'.repeat(300) })], options);
    expect(letters[0]?.origin).toEqual({ topic: topics.execSessions.name, key: 'eu/1/payments/api-0', cluster: 'eu/1' });
    expect(letters.every((letter) => check(topics.deadLetters.schema, letter).ok)).toBe(true);
  });
});
