import { expect, it } from '@jest/globals';
import { type DeadLetter, type Replay, type Topic, topics } from '@whoran/contracts';
import { type EventSink, IngestMetrics, Intake, type Plan, ingestReplays } from '@whoran/ingest';
import { SilentLogger, VirtualClock, err, ok } from '@whoran/kernel';
import { Metrics } from '@whoran/service-kit';

const source = { cluster: 'prod', endpoint: '/clusters/prod/demo' };
const context = { stopping: new AbortController().signal };

/** An ingester of lists, which takes the words that it knows. */
function anIngester() {
  const letters: DeadLetter[] = [];
  const taken: string[] = [];
  const known = new Set(['good']);
  const sink: EventSink = { store: async <T>(_topic: Topic<T>, events: readonly T[]) => void letters.push(...(events as never[])) };
  const plan: Plan<string> = {
    items: (value) => (Array.isArray(value) ? ok(value) : err('not a list')),
    read: (item, { cluster }) => {
      if (item === 'bug') throw new TypeError('a bug');
      return typeof item === 'string' && known.has(item) ? ok(`${cluster}: ${item}`) : err('not known');
    },
    store: async (items) => void taken.push(...items),
  };
  const parts = { metrics: new IngestMetrics(new Metrics('demo')), clock: new VirtualClock(), logger: new SilentLogger() };
  const intake = new Intake({ sink, stage: 'demo', ...parts });
  const { takes, retake } = ingestReplays(intake, plan);
  const replayOf = ({ id, stage, origin, reason, payload }: DeadLetter): Replay => {
    return { letter: id, stage, origin, reason, payload, attempt: 1, requestedBy: 'ana', time: '2026-01-01T00:00:00Z' };
  };
  const again = (different: Partial<Replay> = {}) => retake({ ...replayOf(letters[0] as DeadLetter), ...different }, context);
  return { intake, plan, letters, taken, known, takes, again };
}

it('takes an item once it is known, for the cluster that it came from', async () => {
  const { intake, plan, letters, taken, known, again } = anIngester();
  await intake.take(source, ['new'], plan);
  expect(await again()).toMatchObject({ kind: 'dead-letter', reason: 'invalid-event', error: 'not known' });
  known.add('new');
  expect(await again()).toEqual({ kind: 'handled' });
  expect([taken, letters.length]).toEqual([['prod: new'], 1]);
});

it('takes a body that can be read now, and keeps what of it is still bad', async () => {
  const { intake, plan, letters, taken, again } = anIngester();
  await intake.takeLines(source, ['{"not": "a list"}'], plan);
  expect(await again()).toMatchObject({ kind: 'dead-letter', reason: 'wrong-kind', error: 'not a list' });
  expect(await again({ payload: '["good", "bad", "bug"]' })).toEqual({ kind: 'handled' });
  expect(taken).toEqual(['prod: good']);
  expect(letters.slice(1).map(({ reason, payload }) => [reason, payload])).toEqual([
    ['invalid-event', '"bad"'],
    ['WHORAN_UNEXPECTED', '"bug"'],
  ]);
});

it('gives back what is still no text and no JSON', async () => {
  const { intake, plan, again } = anIngester();
  await intake.takeLines(source, [Buffer.from([0xff])], plan);
  expect(await again()).toMatchObject({ kind: 'dead-letter', reason: 'invalid-utf8' });
  expect(await again({ reason: 'invalid-json', payload: '[' })).toMatchObject({ kind: 'dead-letter', reason: 'invalid-json' });
  expect(await again({ payload: Buffer.from('["good"]').toString('base64') })).toEqual({ kind: 'handled' });
});

it('moves nothing into another cluster', async () => {
  const { intake, plan, taken, again } = anIngester();
  await intake.take(source, ['new'], plan);
  for (const origin of [
    { endpoint: source.endpoint, cluster: 'other' },
    { endpoint: source.endpoint },
    { endpoint: '/clusters/other/demo', cluster: 'prod' },
    { endpoint: 'demo', cluster: 'prod' },
  ]) {
    expect(await again({ origin, payload: '"good"' })).toMatchObject({ kind: 'dead-letter', reason: 'foreign-cluster' });
  }
  expect(taken).toEqual([]);
  expect(await again({ origin: { endpoint: 'file:/var/log/audit.log', cluster: 'prod' }, payload: '"good"' })).toEqual({ kind: 'handled' });
});

it('takes what came in here, and no message of a topic', () => {
  const { takes } = anIngester();
  const replay: Replay = { letter: 'l', stage: 'demo', origin: source, reason: 'r', payload: '', attempt: 1, requestedBy: 'ana', time: '' };
  expect([takes(replay), takes({ ...replay, origin: { topic: topics.falcoEvents.name } })]).toEqual([true, false]);
});
