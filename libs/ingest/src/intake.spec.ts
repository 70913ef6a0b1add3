import { describe, expect, it } from '@jest/globals';
import { type DeadLetter, MAX_DEAD_LETTER_PAYLOAD, type Topic, check, topics } from '@whoran/contracts';
import { type EventSink, IngestMetrics, InFlight, Intake, type Plan, decodeBody } from '@whoran/ingest';
import { SilentLogger, VirtualClock, err, ok } from '@whoran/kernel';
import { Metrics } from '@whoran/service-kit';

const source = { cluster: 'c'.repeat(128), endpoint: '/clusters/c/demo' };

function anIntake() {
  const letters: DeadLetter[] = [];
  const taken: unknown[] = [];
  const sink: EventSink = {
    store: async <T>(topic: Topic<T>, events: readonly T[]) =>
      void (topic.name === topics.deadLetters.name ? letters : taken).push(...(events as never[])),
  };
  const plan: Plan<unknown> = {
    items: (value) => (Array.isArray(value) ? ok(value) : err('not a list')),
    read: (item) => {
      if (item === 'bug') throw new TypeError('a bug');
      return item === 'bad' ? err('it is bad') : ok(item);
    },
    store: async (items) => void taken.push(...items),
  };
  const intake = new Intake({
    sink,
    metrics: new IngestMetrics(new Metrics('demo')),
    clock: new VirtualClock(1000),
    logger: new SilentLogger(),
    stage: 'demo',
  });
  return { intake, plan, letters, taken };
}

describe('an intake', () => {
  it('takes the good items of a list, and keeps the bad ones and those that meet a bug', async () => {
    const { intake, plan, letters, taken } = anIntake();
    const receipt = await intake.take(source, [1, 'bad', 2, 'bug', 'bad'], plan);
    expect(receipt).toEqual({ accepted: 2, deadLettered: 3, problems: ['it is bad', 'a bug', 'it is bad'] });
    expect(taken).toEqual([1, 2]);
    expect(letters.map(({ reason }) => reason)).toEqual(['invalid-event', 'WHORAN_UNEXPECTED', 'invalid-event']);
    expect(letters[0]).toMatchObject({
      stage: 'demo',
      origin: { cluster: source.cluster, endpoint: source.endpoint },
      payload: '"bad"',
      time: '1970-01-01T00:00:01.000Z',
    });
    expect(letters[0]?.id).toBe(letters[2]?.id);
    expect(letters[0]?.id).not.toBe(letters[1]?.id);
    for (const letter of letters) expect(check(topics.deadLetters.schema, letter).ok).toBe(true);
  });

  it('takes lines, each for itself', async () => {
    const { intake, plan, letters } = anIntake();
    const lines = [Buffer.from('[1,"bad"]'), Buffer.from('{'), Buffer.from([0xff]), Buffer.from('7'), '[2]'];
    expect(await intake.takeLines(source, lines, plan)).toMatchObject({ accepted: 2, deadLettered: 4 });
    expect(letters.map(({ reason, payload }) => [reason, payload])).toEqual([
      ['invalid-event', '"bad"'],
      ['invalid-json', '{'],
      ['invalid-utf8', '/w=='],
      ['wrong-kind', '7'],
    ]);
  });

  it('keeps a body that is of no use, cut to what a dead letter holds', async () => {
    const { intake, letters } = anIntake();
    const bytes = Buffer.alloc(2_000_000, 0xff);
    await expect(intake.refuseBody(source, bytes, { reason: 'invalid-utf8', message: 'not UTF-8' })).rejects.toMatchObject({
      status: 400,
      message: 'not UTF-8',
    });
    expect(letters[0]?.payload).toHaveLength(MAX_DEAD_LETTER_PAYLOAD);
    expect(letters[0]?.error).toContain('base64, the first 675000 of 2000000 bytes');
  });

  it('keeps nothing of an empty body', async () => {
    const { intake, letters } = anIntake();
    await expect(intake.refuseBody(source, Buffer.alloc(0), { reason: 'empty-body', message: 'empty' })).rejects.toMatchObject({
      status: 400,
    });
    expect(letters).toEqual([]);
  });
});

describe('a body', () => {
  it.each([
    [Buffer.alloc(0), 'empty-body'],
    [Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'invalid-utf8'],
    [Buffer.from('{"a":'), 'invalid-json'],
    [Buffer.from('{"a":'.repeat(100_000)), 'invalid-json'],
    [Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), 'invalid-json'],
  ])('is refused with a reason', (body, reason) => {
    const result = decodeBody(body);
    expect(result.ok ? 'read' : result.error.reason).toBe(reason);
  });
  it('may begin with a byte order mark', () =>
    expect(decodeBody(Buffer.from('\uFEFF{"a":9223372036854775807}'))).toEqual({ ok: true, value: { a: 9223372036854775807n } }));
});

describe('what is in flight', () => {
  it('is bounded in bytes and in requests, but a request alone always gets room', () => {
    const inFlight = new InFlight({ bytes: 100, requests: 2 });
    expect([inFlight.take('a', 500), inFlight.take('a', 1)]).toEqual([true, false]);
    inFlight.release('a', 500);
    expect([inFlight.take('a', 50), inFlight.take('b', 60), inFlight.take('b', 50), inFlight.take('a', 0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(inFlight.held()).toEqual({ bytes: 100, requests: 2 });
  });

  it.each([
    { limits: { bytes: 1000, requests: 100 }, size: 1 },
    { limits: { bytes: 1000, requests: 10_000 }, size: 10 },
  ])('leaves room for the next cluster, however many flood: %j', ({ limits, size }) => {
    const inFlight = new InFlight(limits);
    const flood = (cluster: string) => {
      let taken = 0;
      while (inFlight.take(cluster, size)) taken += 1;
      return taken;
    };
    const taken = ['a', 'b', 'c', 'd'].map(flood);
    expect(taken[0]).toBeLessThanOrEqual(51);
    expect(taken.every((requests) => requests > 1)).toBe(true);
    expect(inFlight.held().bytes).toBeLessThanOrEqual(limits.bytes);
    expect(flood('a')).toBe(0);
  });
});
