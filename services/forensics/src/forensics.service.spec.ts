import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetter, topics } from '@whoran/contracts';
import type {
  CommandRecord,
  DeliveryRecord,
  DoctorReport,
  Page,
  ResponseDetail,
  ResponseRecord,
  SessionDetail,
  SessionRecord,
  StatusReport,
  TailLine,
} from '@whoran/forensics-api';
import { type ServiceInSpec, aFalcoEvent, anAttributedEvent, anAuditEvent, anExecSession, startForSpec } from '@whoran/testing';
import { check } from '@whoran/contracts';
import { API_SCHEMAS } from './api/schemas.ts';
import { forensics } from './index.ts';
import { aDelivery, aResponse } from './testing/notices.suite.ts';

const SESSION = '4cf8e840-6049-4b78-959e-559b16d942a4';
const DEEP = 10_000;

function aStart(id: string, different: { line?: string; parent?: string; key?: string } = {}) {
  const event = anAttributedEvent();
  const { line = 'id', parent, key = `key-${id}` } = different;
  const time = new Date().toISOString();
  const process = { key, pid: 1000, startedAt: time, ...(parent === undefined ? {} : { parent }) };
  return {
    ...event,
    time,
    output_fields: { ...event.output_fields, 'proc.cmdline': line },
    whoran: { ...event.whoran, id, attribution: { ...event.whoran.attribution, process } },
  };
}

describe('forensics', () => {
  let running: ServiceInSpec;
  beforeAll(async () => {
    running = await startForSpec(forensics, { dataDir: 'memory', port: 0 });
  }, 120_000);
  afterAll(async () => expect(await running.service.stop()).toBe(true));

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${running.service.url}${path}`, { headers });
  const json = async <T>(path: string) => (await (await get(path)).json()) as T;

  it('answers what was said to whom and what was done about whom, with secrets redacted', async () => {
    const now = new Date().toISOString();
    const told = aDelivery({ endedAt: now, outcome: 'refused', error: 'HTTP status 400: password=s3cret', users: ['jane@example.com'] });
    const proposed = aResponse({ changedAt: now, reason: 'she typed --password s3cret' });
    const steps = [{ what: 'delete Secret payments/token', state: 'failed' as const, error: 'token=s3cret is refused' }];
    const failed = aResponse({ ...proposed, revision: 1, state: 'failed', steps });
    await running.bus.publish(topics.deliveries, [told]);
    await running.bus.publish(topics.responses, [proposed, failed]);
    await running.bus.idle();

    const notifications = await json<Page<DeliveryRecord>>('/api/v1/notifications?user=jane@*&outcome=refused&since=1h');
    expect(notifications.items).toEqual([{ ...told, error: expect.stringMatching(/^HTTP status 400: .*redacted/) }]);
    const responses = await json<Page<ResponseRecord>>('/api/v1/responses?action=quarantine&dryRun=false');
    expect(responses.items.map(({ id, state }) => [id, state])).toEqual([[proposed.id, 'failed']]);
    const detail = await json<ResponseDetail>(`/api/v1/response?id=${proposed.id}`);
    expect(detail.history.map(({ state }) => state)).toEqual(['proposed', 'failed']);
    expect(detail.response).toEqual(detail.history[1]);
    for (const [schema, answer] of [
      ['NotificationPage', notifications],
      ['ResponsePage', responses],
      ['ResponseDetail', detail],
    ] as const) {
      expect([schema, check(API_SCHEMAS[schema], answer)]).toEqual([schema, { ok: true, value: answer }]);
      expect(JSON.stringify(answer)).not.toContain('s3cret');
    }
    expect((await get('/api/v1/response?id=none')).status).toBe(404);
    for (const path of ['/api/v1/response', '/api/v1/notifications?outcome=lost', '/api/v1/responses?dryRun=1&since=never']) {
      expect([path, (await get(path)).status]).toEqual([path, 400]);
    }
  });

  it('answers who ran what, with secrets redacted, as its OpenAPI document says', async () => {
    const requestedAt = new Date(Date.now() - 1000).toISOString();
    await running.bus.publish(topics.execSessions, [
      anExecSession({ requestedAt, command: ['mysql', '-ps3cret'] }),
      anExecSession({
        requestedAt,
        command: ['mysql', '-ps3cret'],
        observer: 'audit',
        phase: 'started',
        audit: { id: 'a', sourceIps: [], level: 'Metadata', code: 101 },
      }),
    ]);
    await running.bus.publish(topics.auditEvents, [anAuditEvent()]);
    await running.bus.publish(topics.attributedEvents, [
      aStart('1', { line: 'mysql -ps3cret', key: 'root' }),
      aStart('2', { line: 'sh -c date', parent: 'root', key: 'child' }),
    ]);
    const alert = aStart('3', { key: 'child', line: 'sh --password s3cret' });
    const { receivedAt: _receivedAt, ...origin } = alert.whoran;
    await running.bus.publish(topics.alerts, [
      { ...alert, message: 'PASSWORD=s3cret', whoran: { ...origin, id: 'alert', eventId: '3', raisedAt: alert.time } },
    ]);
    await running.bus.idle();

    const commands = await json<Page<CommandRecord>>('/api/v1/commands?user=jane@example.com&since=24h');
    expect(commands.items.map(({ commandLine }) => commandLine)).toEqual(['sh -c date', 'mysql -p[redacted]']);
    const sessions = await json<Page<SessionRecord>>('/api/v1/sessions?injected=true&phase=started');
    expect(sessions.items).toEqual([expect.objectContaining({ id: SESSION, command: ['mysql', '-p[redacted]'], commands: 2 })]);
    const detail = await json<SessionDetail>(`/api/v1/sessions/${SESSION}`);
    expect(detail.processes.map(({ key, depth, alerts }) => [key, depth, alerts.length])).toEqual([
      ['root', 0, 0],
      ['child', 1, 1],
    ]);
    const status = await json<StatusReport>('/api/v1/status');
    expect(status.clusters).toEqual([
      expect.objectContaining({
        name: 'test',
        execs: { total: 1, refused: 0, injected: 1, attributed: 1 },
        auditLevels: ['RequestResponse'],
        commandsByEvidence: { root: 2 },
      }),
    ]);
    const doctor = await json<DoctorReport>('/api/v1/doctor');
    expect(doctor.checks.find(({ name }) => name === 'fields')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('evt.num'),
    });

    for (const [path, schema] of [
      ['/api/v1/commands', 'CommandPage'],
      ['/api/v1/sessions', 'SessionPage'],
      [`/api/v1/sessions/${SESSION}`, 'SessionDetail'],
      ['/api/v1/alerts', 'AlertPage'],
      ['/api/v1/status', 'StatusReport'],
      ['/api/v1/doctor', 'DoctorReport'],
      ['/api/v1/dead-letters', 'DeadLetterPage'],
    ] as const) {
      const answer = await json<object>(path);
      expect([path, check(API_SCHEMAS[schema], answer)]).toEqual([path, { ok: true, value: answer }]);
      expect(JSON.stringify(answer)).not.toContain('s3cret');
    }
    const openapi = await json<{ openapi: string; paths: object }>('/openapi.json');
    expect(openapi.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.paths)).toEqual(expect.arrayContaining(['/api/v1/commands', '/api/v1/sessions/{id}', '/api/v1/tail']));
    expect(await (await get('/docs')).text()).toContain('/api/v1/doctor');
  });

  it.each([
    ['/api/v1/commands?limit=0', 'parameter limit: must not be less than 1'],
    ['/api/v1/commands?limit=1001', 'parameter limit: must not be greater than 1000'],
    ['/api/v1/commands?limit=ten', 'parameter limit'],
    ['/api/v1/commands?limit=1&limit=2', 'parameter limit'],
    ['/api/v1/commands?since=yesterday', 'parameter since: must be an RFC 3339 time'],
    ['/api/v1/commands?until=2026-13-01T00:00:00Z', 'parameter until'],
    ['/api/v1/commands?cursor=x', 'parameter cursor'],
    ['/api/v1/commands?user=', 'parameter user'],
    ['/api/v1/commands?user=a&user=b', 'parameter user'],
    ['/api/v1/commands?evidence=guess', 'parameter evidence: must be one of'],
    ['/api/v1/commands?usr=jane', 'parameter usr: does not exist here'],
    ['/api/v1/sessions?injected=maybe', 'parameter injected'],
    ['/api/v1/sessions?order=newest', 'parameter order'],
    ['/api/v1/status?since=-1h', 'parameter since'],
    ['/api/v1/tail?limit=1', 'parameter limit: does not exist here'],
    [`/api/v1/commands?text=${'x'.repeat(2000)}`, 'parameter text'],
  ])('refuses %s', async (path, message) => {
    const answer = await get(path);
    expect([answer.status, await answer.json()]).toEqual([400, { error: { code: 'HTTP_400', message: expect.stringContaining(message) } }]);
  });

  it('says that a session is not there', async () => {
    expect((await get('/api/v1/sessions/nobody')).status).toBe(404);
    expect((await get(`/api/v1/sessions/${encodeURIComponent("' or 1=1 --\0")}`)).status).toBe(404);
  });

  it('pages by cursor', async () => {
    const first = await json<Page<CommandRecord>>('/api/v1/commands?limit=1&order=asc');
    const second = await json<Page<CommandRecord>>(`/api/v1/commands?limit=1&order=asc&cursor=${first.next}`);
    expect([first.items[0]?.id, second.items[0]?.id, second.next]).toEqual(['1', '2', undefined]);
    expect((await get(`/api/v1/commands?limit=1&cursor=${first.next}`)).status).toBe(400);
  });

  it('is not open to web pages that rebind their name', async () => {
    const status = await new Promise((resolve) => {
      request(`${running.service.url}/api/v1/status`, { headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end();
    });
    expect(status).toBe(403);
    expect((await get('/api/v1/status', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(401);
  });

  it('streams commands as they come', async () => {
    const abort = new AbortController();
    const answer = await fetch(`${running.service.url}/api/v1/tail?text=FOLLOW`, { signal: abort.signal });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => JSON.parse(new TextDecoder().decode((await reader.read()).value)) as TailLine;
    expect(await read()).toMatchObject({ type: 'heartbeat' });
    await running.bus.publish(topics.attributedEvents, [
      aStart('t1', { line: 'not this' }),
      aStart('t2', { line: 'follow me --token abc' }),
    ]);
    expect(await read()).toMatchObject({
      type: 'command',
      command: { id: 't2', commandLine: 'follow me --token [redacted]', user: { name: 'jane@example.com' } },
    });
    abort.abort();
  });

  it('shows a process tree ten thousand levels deep, and one that bites its own tail', async () => {
    const id = 'deep';
    await running.bus.publish(topics.execSessions, [anExecSession({ id })]);
    const event = aStart('');
    const fork = (at: number, parent: string) => ({
      ...aFalcoEvent({ tags: ['lineage'] }, { 'evt.type': 'clone' }),
      whoran: {
        ...event.whoran,
        id: `deep-${at}`,
        attribution: {
          ...event.whoran.attribution,
          session: { id, kind: 'exec' as const, user: { username: 'jane', groups: [] } },
          process: { key: `deep-${at}`, parent },
        },
      },
    });
    await running.bus.publish(
      topics.attributedEvents,
      Array.from({ length: DEEP }, (_, at) => fork(at, `deep-${at - 1}`)),
    );
    await running.bus.publish(topics.attributedEvents, [fork(-10, 'deep--11'), fork(-11, 'deep--10')]);
    await running.bus.idle();
    const { processes, truncated } = await json<SessionDetail>(`/api/v1/sessions/${id}`);
    expect([processes.length, truncated, Math.max(...processes.map(({ depth }) => depth))]).toEqual([DEEP + 2, false, DEEP - 1]);
  }, 120_000);

  it('counts dead letters and never makes one of its own out of them', async () => {
    const letter: DeadLetter = {
      id: 'l',
      stage: 'falco-ingester',
      origin: {},
      reason: 'invalid-event',
      error: 'token=abc \0',
      attempts: 1e300,
      time: 'never',
      payload: '',
      truncated: false,
    };
    await running.bus.publish(topics.deadLetters, [letter, letter]);
    await running.bus.idle();
    const { items } = await json<Page<{ error: string }>>('/api/v1/dead-letters');
    expect(items).toEqual([expect.objectContaining({ stage: 'falco-ingester', error: 'token=[redacted] \ufffd' })]);
    expect((await json<StatusReport>('/api/v1/status')).deadLetters).toEqual([expect.objectContaining({ count: 1 })]);
  });
});

describe('forensics that is open to other machines', () => {
  it('does not start without a token', async () => {
    await expect(startForSpec(forensics, { dataDir: 'memory', port: 0, host: '0.0.0.0' })).rejects.toThrow('WHORAN_FORENSICS_TOKEN');
  });

  it('wants the token from everybody', async () => {
    const token = 'a-token-of-some-length';
    const { service } = await startForSpec(forensics, { dataDir: 'memory', port: 0, host: '0.0.0.0', token });
    const url = service.url.replace('0.0.0.0', '127.0.0.1');
    const status = async (authorization?: string) =>
      (await fetch(`${url}/api/v1/status`, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect([await status(), await status('Bearer wrong'), await status(`Basic ${token}`), await status(`bearer ${token}`)]).toEqual([
      401, 401, 401, 200,
    ]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await service.stop()).toBe(true);
  }, 120_000);
});
