import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditEvent, type DeadLetter, type ExecSession, topics } from '@whoran/contracts';
import { type ServiceInSpec, anAuditEvent, startForSpec } from '@whoran/testing';
import { auditIngester } from './audit-ingester.service.ts';

const TOKEN = 'token-of-test-0123456789';
const OTHER = 'token-of-other-012345678';
const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const credentialsFile = join(folder, 'credentials.yaml');
writeFileSync(credentialsFile, `clusters: {test: {tokens: [${TOKEN}], clientCertificates: [kube-apiserver]}, other: {tokens: [${OTHER}]}}`);
afterAll(() => rmSync(folder, { recursive: true }));

const list = (...items: unknown[]) => JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
const good = () => {
  const { whoran: _, ...event } = anAuditEvent();
  return event;
};

describe('POST /clusters/:cluster/audit', () => {
  let running: ServiceInSpec;
  let events: AuditEvent[];
  let sessions: ExecSession[];
  let letters: DeadLetter[];
  beforeAll(async () => {
    running = await startForSpec(auditIngester, { port: 0, credentialsFile });
    events = await running.collect(topics.auditEvents);
    sessions = await running.collect(topics.execSessions);
    letters = await running.collect(topics.deadLetters);
  });
  afterAll(() => running.service.stop());
  afterEach(() => {
    for (const collected of [events, sessions, letters]) collected.length = 0;
  });

  const post = async (body: string | Buffer, { cluster = 'test', authorization = `Bearer ${TOKEN}` } = {}) => {
    const answer = await fetch(`${running.service.url}/clusters/${cluster}/audit`, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': 'application/json' },
    });
    await running.bus.idle();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as { error?: { message: string }; accepted?: number; deadLettered?: number },
    };
  };

  it('publishes events with their origin, and the sessions in them', async () => {
    const answer = await post(list({ ...good(), whoran: { id: 'forged', cluster: 'other' } }));
    expect([answer.status, answer.body]).toEqual([200, { accepted: 1, deadLettered: 0, problems: [] }]);
    expect(events).toMatchObject([
      {
        ...good(),
        whoran: { id: '112ce082-391d-4875-8c42-0a495b6d5bdd/ResponseStarted', cluster: 'test', receivedAt: expect.any(String) },
      },
    ]);
    expect(sessions).toMatchObject([{ cluster: 'test', phase: 'started' }]);
  });

  it('takes a real batch', async () => {
    expect(await post(readFileSync(new URL('./fixtures/event-list.json', import.meta.url)))).toMatchObject({
      status: 200,
      body: { accepted: 11, deadLettered: 0 },
    });
    expect(sessions).toHaveLength(13);
  });

  it('takes an empty list, a list of Go without items, and a single event', async () => {
    expect((await post(list())).body).toMatchObject({ accepted: 0 });
    expect((await post('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":null}')).body).toMatchObject({ accepted: 0 });
    expect((await post(JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...good() }))).body).toMatchObject({ accepted: 1 });
  });

  it('keeps bad items as dead letters and takes the others', async () => {
    const answer = await post(
      list(
        good(),
        { ...good(), auditID: 7 },
        'no object',
        { ...good(), auditID: { toString: 1 } },
        { ...good(), stage: 'ResponseComplete' },
      ),
    );
    expect([answer.status, answer.body]).toMatchObject([200, { accepted: 2, deadLettered: 3 }]);
    expect(events.map(({ stage }) => stage)).toEqual(['ResponseStarted', 'ResponseComplete']);
    expect(letters.map(({ reason }) => reason)).toEqual(['invalid-event', 'invalid-event', 'invalid-event']);
    expect(letters[0]).toMatchObject({
      stage: 'audit-ingester',
      origin: { endpoint: '/clusters/test/audit', cluster: 'test' },
      error: expect.stringContaining('/auditID'),
    });
  });

  const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  it.each<[string, string | Buffer, number, string, string]>([
    ['text', 'hello', 400, 'not JSON', 'invalid-json'],
    ['nothing', '', 400, 'empty', ''],
    ['half a list', '{"kind":"EventList",', 400, 'not JSON', 'invalid-json'],
    ['another kind', '{"kind":"PodList","apiVersion":"v1"}', 400, 'kind is "PodList"', 'wrong-kind'],
    ['another version', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1beta1"}', 400, 'v1beta1', 'wrong-kind'],
    ['a bare list', '[]', 400, 'a list', 'wrong-kind'],
    ['items that are no list', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":{}}', 400, 'not a list', 'wrong-kind'],
    ['a single event without its fields', '{"kind":"Event","apiVersion":"audit.k8s.io/v1"}', 400, '/', 'invalid-event'],
    ['100,000 nested braces', nested, 400, 'nests deeper', 'invalid-json'],
    ['100,000 nested braces in an item', list(good()).replace('"level"', `"x":${nested},"level"`), 400, 'nests deeper', 'invalid-json'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'UTF-8', 'invalid-utf8'],
    ['17 MB that are not JSON', 'x'.repeat(17_000_000), 400, 'not JSON', 'invalid-json'],
    ['40 MB', 'x'.repeat(40_000_000), 413, 'at most 33554432', ''],
  ])('refuses %s, and the next request works', async (_name, body, status, message, reason) => {
    const answer = await post(body);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.stringContaining(message)]);
    expect(letters.map((letter) => letter.reason)).toEqual(reason === '' ? [] : [reason]);
    expect((await post(list(good()))).status).toBe(200);
  });

  it('takes 17 MB of events', async () => {
    const large = { ...good(), requestObject: { data: 'x'.repeat(170_000) } };
    expect((await post(list(...Array.from({ length: 100 }, () => large)))).body).toMatchObject({ accepted: 100 });
  });

  it.each<[string, { cluster?: string; authorization?: string }, number]>([
    ['a wrong token', { authorization: 'Bearer token-of-test-0123456780' }, 401],
    ['no token', { authorization: '' }, 401],
    ['another scheme', { authorization: `Basic ${TOKEN}` }, 401],
    ["another cluster's token", { authorization: `Bearer ${OTHER}` }, 403],
    ['an unknown cluster', { cluster: 'nowhere', authorization: 'Bearer wrong-wrong-wrong-wrong' }, 401],
    ['an unknown cluster, with a good token', { cluster: 'nowhere' }, 403],
  ])('answers %s and stores nothing', async (_name, options, status) => {
    const answer = await post(list(good()), options);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.stringMatching(/token/)]);
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
    expect([events, letters]).toEqual([[], []]);
  });

  it('counts by cluster, outcome and reason', async () => {
    await post(list(good()));
    const text = await (await fetch(`${running.service.url}/metrics`)).text();
    expect(text).toMatch(/whoran_ingest_events_total\{cluster="test",outcome="accepted".*\} \d+/);
    expect(text).toMatch(/whoran_ingest_refused_requests_total\{reason="wrong-cluster".*\} 2/);
    expect(text).toMatch(/whoran_audit_session_reports_total\{kind="exec",phase="started".*\} \d+/);
    expect(text).not.toContain('nowhere');
  });
});
