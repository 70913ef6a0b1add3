import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus, type Verdict, deadLetter, handled } from '@whoran/bus';
import { type DeadLetter, type ExecSession, type Replay, encodeJson, topics } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { CommonConfig, Consumer, On, type ReplayHandler, type RunningService, SystemClock, startService } from '@whoran/service-kit';
import { anExecSession, eventually } from '@whoran/testing';
import { retakeReplays } from './retake-replays.ts';

let seen: string[];
let fail: (id: string) => Verdict;
let letters: DeadLetter[];
let bus: InProcessBus;
let running: RunningService[];

@Consumer()
class Listener {
  @On(topics.execSessions)
  async onSessions(sessions: readonly ExecSession[]): Promise<readonly Verdict[]> {
    return sessions.map(({ id }) => {
      const verdict = fail(id);
      seen.push(id);
      return verdict;
    });
  }
}

@Consumer()
class Bystander {
  @On(topics.execSessions)
  async onSessions(sessions: readonly ExecSession[]): Promise<void> {
    seen.push(...sessions.map(({ id }) => `bystander: ${id}`));
  }
}

const service = (name: string, controller: new () => object, replays?: ReplayHandler) => ({
  name,
  config: CommonConfig,
  module: () => ({ module: class Module {}, controllers: [controller] }),
  http: () => ({ host: '127.0.0.1', port: 0, bodyLimit: 1000 }),
  ...(replays ? { replays: () => replays } : {}),
});

const clock = new SystemClock();
const start = async (definition: ReturnType<typeof service>) =>
  running.push(await startService(definition, new CommonConfig(), { bus, clock, logger: new SilentLogger() }));

beforeEach(async () => {
  [seen, letters, running, fail] = [[], [], [], () => handled];
  bus = new InProcessBus(clock);
  await bus.subscribe({ group: 'letters', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
});
afterEach(() => Promise.all(running.map((one) => one.stop())));

/** Has the listener fail at a session, and makes a replay of the letter. */
async function failedSession(id: string): Promise<Replay> {
  fail = () => deadLetter('bad-session', 'no good');
  await bus.publish(topics.execSessions, [anExecSession({ id })]);
  await bus.idle();
  fail = () => handled;
  seen.length = 0;
  return replayOf(letters.pop() as DeadLetter);
}

function replayOf({ id, stage, origin, reason, payload }: DeadLetter, different: Partial<Replay> = {}): Replay {
  return { letter: id, stage, origin, reason, payload, attempt: 1, requestedBy: 'ana', time: '2026-01-01T11:00:00Z', ...different };
}

async function publish(...replays: readonly Replay[]): Promise<void> {
  await bus.publish(topics.replays, replays);
  await bus.idle();
}

describe('a replay', () => {
  it('goes to the handler that failed, in its service only', async () => {
    await start(service('listener', Listener));
    await start(service('bystander', Bystander));
    const replay = await failedSession('one');
    await publish(replay, replay);
    expect([seen, letters]).toEqual([['one', 'one'], []]);
  });

  it('that fails is the same letter again, whether by verdict or by a bug', async () => {
    await start(service('listener', Listener));
    const replay = await failedSession('one');
    fail = () => deadLetter('still-bad', 'no better');
    await publish({ ...replay, attempt: 2 });
    fail = () => {
      throw new TypeError('a bug');
    };
    await publish({ ...replay, attempt: 3 });
    const same = { id: replay.letter, stage: 'listener', origin: replay.origin, payload: replay.payload, truncated: false };
    expect(letters).toEqual([
      expect.objectContaining({ ...same, replay: 2, reason: 'still-bad', attempts: 1 }),
      expect.objectContaining({ ...same, replay: 3, reason: 'WHORAN_UNEXPECTED', attempts: 3 }),
    ]);
  });

  it('waits for what is away', async () => {
    await start(service('listener', Listener));
    const replay = await failedSession('one');
    let tries = 0;
    fail = () => {
      if ((tries += 1) < 3) throw new DependencyUnavailable('away');
      return handled;
    };
    await publish(replay);
    await eventually(() => expect([tries, seen]).toEqual([3, ['one']]));
    expect(letters).toEqual([]);
  });

  it.each([
    ['nothing that can be read', { payload: '{"id": ' }, 'undecodable', 'not JSON'],
    ['no message of its topic', { payload: '{}' }, 'undecodable', 'id'],
    ['a topic that its service does not handle', { origin: { topic: topics.alerts.name } }, 'no-handler', topics.alerts.name],
    ['no topic', { origin: { endpoint: '/clusters/x/falco', cluster: 'x' } }, 'no-handler', 'listener handles nothing'],
  ])('of %s comes back', async (_what, different, reason, error) => {
    await start(service('listener', Listener));
    await publish({ ...(await failedSession('one')), ...different });
    expect(letters).toEqual([expect.objectContaining({ reason, error: expect.stringContaining(error), replay: 1 })]);
    expect(seen).toEqual([]);
  });

  it('goes to the replay handler of its service when that takes it', async () => {
    const own: ReplayHandler = {
      takes: ({ origin }) => origin.endpoint === 'receivers/hook',
      retake: async ({ payload }) => {
        seen.push(`retaken: ${payload}`);
        return handled;
      },
    };
    await start(service('listener', Listener, own));
    const replay = await failedSession('one');
    await publish(replay, { ...replay, origin: { ...replay.origin, endpoint: 'receivers/hook' }, payload: encodeJson('an alert') });
    expect([seen, letters]).toEqual([['one', 'retaken: "an alert"'], []]);
  });

  it('is not begun any more when the service stops', async () => {
    const stop = new AbortController();
    const own: ReplayHandler = {
      takes: () => true,
      retake: async ({ letter }) => {
        seen.push(letter);
        stop.abort();
        return handled;
      },
    };
    const handle = retakeReplays({ stage: 's', handlers: [], own });
    const common = { stage: 's', origin: {}, reason: 'r', payload: '', attempt: 1, requestedBy: 'ana', time: '2026-01-01T11:00:00Z' };
    const batch = ['one', 'two'].map((letter) => ({ letter, ...common }));
    await expect(handle(batch, { stopping: stop.signal })).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(seen).toEqual(['one']);
  });
});
