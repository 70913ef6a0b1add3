import { describe, expect, it } from '@jest/globals';
import { type Topic, check, clusterOfSource, decode, encodeJson, topics } from '@whoran/contracts';
import { parseInstant } from '@whoran/kernel';
import { aDelivery, aFalcoEvent, aNotification, aResponse, anAlert, anAttributedEvent, anAuditEvent, anExecSession } from '@whoran/testing';
import fc from 'fast-check';

const aDeadLetter = {
  id: 'listener/whoran.falco-events.v1/event-1',
  stage: 'listener',
  origin: { topic: 'whoran.falco-events.v1', key: 'test/node-a' },
  reason: 'WHORAN_UNEXPECTED',
  error: 'TypeError: x',
  attempts: 3,
  time: '2026-01-01T10:00:00.000Z',
  payload: '{}',
  truncated: false,
};
const aReplay = {
  letter: aDeadLetter.id,
  stage: 'listener',
  origin: aDeadLetter.origin,
  reason: 'WHORAN_UNEXPECTED',
  payload: '{}',
  attempt: 2,
  requestedBy: 'ana',
  time: '2026-01-01T11:00:00.000Z',
};
const anImageStrategy = {
  cluster: 'test',
  imageId: 'hello@sha256:1',
  strategy: 'none',
  failures: 3,
  pods: 3,
  learnedAt: '2026-01-01T10:00:00Z',
  expiresAt: '2026-01-02T10:00:00Z',
};

interface Case {
  readonly topic: Topic<never>;
  readonly event: object;
  readonly key: string;
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
}

const cases: readonly Case[] = [
  {
    topic: topics.execSessions,
    event: anExecSession(),
    key: 'test/payments/api-0',
    id: '4cf8e840-6049-4b78-959e-559b16d942a4/webhook/requested/0',
    source: '/clusters/test',
    subject: 'payments/api-0',
    time: '2026-01-01T10:00:00.000000Z',
  },
  {
    topic: topics.auditEvents,
    event: anAuditEvent(),
    key: 'test/112ce082-391d-4875-8c42-0a495b6d5bdd',
    id: '112ce082-391d-4875-8c42-0a495b6d5bdd/ResponseStarted',
    source: '/clusters/test',
    subject: '112ce082-391d-4875-8c42-0a495b6d5bdd',
    time: '2026-01-01T10:00:00.010000Z',
  },
  {
    topic: topics.falcoEvents,
    event: aFalcoEvent(),
    key: 'test/node-a',
    id: 'event-1',
    source: '/clusters/test/nodes/node-a',
    subject: 'Container process started',
    time: '2026-01-01T10:00:00.100000000Z',
  },
  {
    topic: topics.attributedEvents,
    event: anAttributedEvent({}, { revision: 2 }),
    key: 'test/node-a',
    id: 'event-1/2',
    source: '/clusters/test/nodes/node-a',
    subject: 'Container process started',
    time: '2026-01-01T10:00:00.100000000Z',
  },
  {
    topic: topics.alerts,
    event: anAlert(),
    key: 'test/Terminal shell in container',
    id: 'event-1/Terminal shell in container/0',
    source: '/clusters/test/nodes/node-a',
    subject: 'Terminal shell in container',
    time: '2026-01-01T10:00:00.100000000Z',
  },
  {
    topic: topics.notifications,
    event: aNotification(),
    key: 'r/event-1/Terminal shell in container',
    id: 'r/event-1/Terminal shell in container/0',
    source: '/receivers/r',
    subject: 'event-1/Terminal shell in container',
    time: '2026-01-01T10:00:01.000Z',
  },
  {
    topic: topics.deliveries,
    event: aDelivery({ endedAt: '2026-01-01T10:00:02Z' }),
    key: 'r',
    id: 'r/event-1/0',
    source: '/receivers/r',
    subject: 'r/event-1/0',
    time: '2026-01-01T10:00:02Z',
  },
  {
    topic: topics.responses,
    event: aResponse({ revision: 1, target: { cluster: 'test', user: 'ana' }, changedAt: '2026-01-01T10:00:02Z' }),
    key: 'response-1',
    id: 'response-1/1',
    source: '/clusters/test',
    subject: 'response-1',
    time: '2026-01-01T10:00:02Z',
  },
  {
    topic: topics.deadLetters,
    event: aDeadLetter,
    key: 'listener',
    id: aDeadLetter.id,
    source: '/services/listener',
    subject: 'WHORAN_UNEXPECTED',
    time: '2026-01-01T10:00:00.000Z',
  },
  {
    topic: topics.replays,
    event: aReplay,
    key: 'listener',
    id: `${aDeadLetter.id}/2`,
    source: '/services/forensics',
    subject: aDeadLetter.id,
    time: '2026-01-01T11:00:00.000Z',
  },
  {
    topic: topics.imageStrategies,
    event: anImageStrategy,
    key: 'test/hello@sha256:1',
    id: 'test/hello@sha256:1/2026-01-01T10:00:00Z',
    source: '/clusters/test',
    subject: 'hello@sha256:1',
    time: '2026-01-01T10:00:00Z',
  },
];
const named = cases.map((one) => [one.topic.name, one] as const);
const without = (event: object, field: string) => Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));

describe('the topics', () => {
  it('are all looked at here, and have names of their own', () => {
    expect(cases.map(({ topic }) => topic)).toEqual(Object.values(topics));
    expect(new Set(cases.map(({ topic }) => topic.name)).size).toBe(cases.length);
  });
});

describe.each(named)('%s', (_name, { topic, event, key, ...attributes }) => {
  it('takes an event, also after it was written and read', () => {
    expect(check(topic.schema, event)).toEqual({ ok: true, value: event });
    expect(decode(topic, encodeJson(event))).toEqual({ ok: true, value: event });
  });

  it('refuses an event without one of the fields that it needs, and says which', () => {
    const { required = [] } = topic.schema as { readonly required?: readonly string[] };
    expect(required.length).toBeGreaterThanOrEqual(5);
    for (const field of required) {
      const result = check(topic.schema, without(event, field));
      expect(result.ok ? 'taken' : result.error.map(({ message }) => message).join()).toContain(field);
    }
  });

  it('keeps fields that it does not know', () => {
    const newer = { ...event, addedLater: { big: 12_345_678_901_234_567_890n } };
    expect(decode(topic, encodeJson(newer))).toEqual({ ok: true, value: newer });
  });

  it('has a key and CloudEvents attributes, all of them texts with something in them', () => {
    const type = topic.name.replace('whoran.', 'dev.whoran.');
    expect(topic.key(event as never)).toBe(key);
    expect(topic.cloudEvent(event as never)).toEqual({ ...attributes, type });
    expect(parseInstant(attributes.time)).toBeDefined();
  });

  it('has a schema that is JSON', () => {
    expect(JSON.parse(JSON.stringify(topic.schema))).toMatchObject({
      type: 'object',
      description: expect.any(String),
      properties: expect.any(Object),
    });
  });

  it('is read from any text without throwing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.jsonValue().map((value) => encodeJson({ ...event, whoran: value, id: value })),
    );
    fc.assert(
      fc.property(text, (text) => {
        const result = decode(topic, text);
        if (!result.ok) expect(result.error.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the subject of an event', () => {
  it('is never empty, which CloudEvents forbids, although a sender may leave its rule empty', () => {
    expect(topics.falcoEvents.cloudEvent(aFalcoEvent({ rule: '' })).subject).toBe('unnamed');
  });
});

describe('the source of an event', () => {
  it.each([
    ['/clusters/prod/nodes/a', 'prod'],
    ['/clusters/a%2Fb', 'a/b'],
    ['/services/forensics', undefined],
    ['/clusters/%', undefined],
    ['', undefined],
  ])('%s names the cluster %s', (source, cluster) => {
    expect(clusterOfSource(source)).toBe(cluster);
  });

  it('is a URI reference whatever a node calls itself', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.constantFrom('\ud800', '/', '%'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) }),
        (node) => {
          const { whoran } = aFalcoEvent();
          const { source } = topics.falcoEvents.cloudEvent(aFalcoEvent({ whoran: { ...whoran, node } }));
          expect(source).toMatch(/^\/clusters\/test\/nodes\/[A-Za-z0-9_.!~*'()%-]*$/);
        },
      ),
    );
  });
});
