import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { alertRouter } from '@whoran/alert-router';
import { InProcessBus, type Verdict, deadLetter, handled } from '@whoran/bus';
import { type ExecSession, encodeJson, topics } from '@whoran/contracts';
import { falcoIngester } from '@whoran/falco-ingester';
import { forensics } from '@whoran/forensics';
import type { ChangeReport, DeadLetterDetail, DeadLetterRecord, Page } from '@whoran/forensics-api';
import { CommonConfig, Consumer, On, SystemClock } from '@whoran/service-kit';
import { type ServiceInSpec, aFalcoEvent, anAttributedEvent, anExecSession, eventually, startForSpec } from '@whoran/testing';

/** The embedded database starts within a second, or half a minute on a machine that is busy. */
jest.setTimeout(60_000);

const TOKEN = 'a-token-of-the-spec';
const sick = new Set<string>();
const healed: string[] = [];

@Consumer()
class Patient {
  @On(topics.execSessions)
  async onSessions(sessions: readonly ExecSession[]): Promise<readonly Verdict[]> {
    return sessions.map(({ id }) => {
      if (sick.has(id)) return deadLetter('sick', 'not today');
      healed.push(id);
      return handled;
    });
  }
}

const patient = {
  name: 'patient',
  config: CommonConfig,
  module: () => ({ module: class PatientModule {}, controllers: [Patient] }),
  http: () => ({ host: '127.0.0.1', port: 0, bodyLimit: 1000 }),
};

describe('a dead letter, from failure to the end', () => {
  const bus = new InProcessBus(new SystemClock());
  const received: string[] = [];
  let running: ServiceInSpec[];
  let receiver: Server;
  let answer = 200;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));
    receiver = createServer((request, response) => {
      received.push(String(request.headers['idempotency-key']));
      request.resume().on('end', () => response.writeHead(answer).end());
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const [routesFile, credentialsFile] = [join(folder, 'routes.yaml'), join(folder, 'credentials.yaml')];
    writeFileSync(routesFile, `route: { receiver: hook }\nreceivers:\n  - { name: hook, webhook: { url: '${url}' } }\n`);
    writeFileSync(credentialsFile, `clusters: { prod: { tokens: [${TOKEN}] } }\n`);
    running = [
      await startForSpec(forensics, { port: 0, dataDir: 'memory' }, { bus }),
      await startForSpec(alertRouter, { port: 0, routesFile }, { bus }),
      await startForSpec(falcoIngester, { port: 0, credentialsFile }, { bus }),
      await startForSpec(patient, {}, { bus }),
    ];
  });
  afterAll(async () => {
    for (const { service } of running.toReversed()) await service.stop();
    receiver.closeAllConnections();
    receiver.close();
    rmSync(folder, { recursive: true });
  });

  const url = (at: number) => running[at]?.service.url ?? '';
  const get = async <T>(path: string) => (await (await fetch(`${url(0)}/api/v1/${path}`)).json()) as T;
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const sent = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    const answered = await fetch(`${url(0)}/api/v1/dead-letters/${path}`, sent);
    await bus.idle();
    return { status: answered.status, report: (await answered.json()) as ChangeReport };
  };
  const replay = async (...ids: readonly string[]) => (await post('replay', { ids, by: 'ana' })).report;
  const open = async (stage: string) => (await get<Page<DeadLetterRecord>>(`dead-letters?state=open&stage=${stage}`)).items;
  const show = (id: string) => get<DeadLetterDetail>(`dead-letter?id=${encodeURIComponent(id)}`);
  /** The one letter of a service that is open. */
  const theLetterOf = async (stage: string): Promise<DeadLetterRecord> => {
    await eventually(async () => expect(await open(stage)).toHaveLength(1));
    return (await open(stage))[0] as DeadLetterRecord;
  };

  it('of a handler: it is open, fails again, succeeds once the cause is mended, and once more changes nothing', async () => {
    sick.add('one');
    await bus.publish(topics.execSessions, [anExecSession({ id: 'one' })]);
    const { id } = await theLetterOf('patient');
    expect(await show(id)).toMatchObject({
      state: 'open',
      reason: 'sick',
      attempts: 1,
      replays: 0,
      payload: expect.stringContaining('"one"'),
    });

    expect(await replay(id)).toMatchObject({ matched: 1, changed: [{ id }], skipped: [] });
    await eventually(async () => expect(await show(id)).toMatchObject({ state: 'open', attempts: 2, replays: 1, replayedBy: 'ana' }));

    sick.clear();
    await replay(id);
    await replay(id);
    expect(healed).toEqual(['one', 'one']);
    expect(await show(id)).toMatchObject({ state: 'replayed', attempts: 2, replays: 3 });
    expect(await open('patient')).toEqual([]);
    // Others that read the same topic were not disturbed: forensics still knows one session.
    expect((await get<Page<unknown>>('sessions')).items).toHaveLength(1);
  });

  it('of a receiver: it gets the alert with the same idempotency key once it answers again', async () => {
    answer = 400;
    await bus.publish(topics.attributedEvents, [anAttributedEvent({ rule: 'Shell', priority: 'Critical', tags: [] }, { id: 'alarm' })]);
    const { id, endpoint } = await theLetterOf('alert-router');
    expect(endpoint).toBe('receivers/hook');
    answer = 200;
    received.splice(1);
    await replay(id);
    await eventually(() => expect(received).toHaveLength(2));
    expect(new Set(received).size).toBe(1);
    expect(await show(id)).toMatchObject({ state: 'replayed', replays: 1 });
  });

  it('of an ingester: what is still bad comes back under its id, and stays with its cluster', async () => {
    const sent = { method: 'POST', body: '{"rule": "no time"}', headers: { authorization: `Bearer ${TOKEN}` } };
    expect((await fetch(`${url(2)}/clusters/prod/falco`, sent)).status).toBe(400);
    const { id } = await theLetterOf('falco-ingester');
    await replay(id);
    await eventually(async () => expect(await show(id)).toMatchObject({ state: 'open', attempts: 2, cluster: 'prod' }));
    expect(await open('falco-ingester')).toHaveLength(1);

    // As a later version may read what this one could not: the same letter with a payload that is good.
    const events = await running[2]?.collect(topics.falcoEvents);
    const origin = { endpoint: '/clusters/prod/falco', cluster: 'prod' };
    const replayed = { letter: id, stage: 'falco-ingester', origin, reason: 'invalid-event', payload: encodeJson(aFalcoEvent()) };
    const twice = [1, 2].map((attempt) => ({ ...replayed, attempt, requestedBy: 'ana', time: '2026-01-01T00:00:00Z' }));
    await bus.publish(topics.replays, twice);
    await eventually(() => expect(events).toHaveLength(2));
    expect(new Set(events?.map(({ whoran }) => `${whoran.cluster}/${whoran.id}`)).size).toBe(1);
    expect(events?.[0]?.whoran.cluster).toBe('prod');
  });

  it('that nobody needs is discarded with a reason', async () => {
    const [letter] = await open('falco-ingester');
    const id = letter?.id ?? '';
    expect((await post('discard', { filter: { stage: 'falco-ingester' }, why: 'a test', dryRun: true })).report.changed).toHaveLength(1);
    expect((await post('discard', { ids: [id], why: 'a test', by: 'ana' })).report).toMatchObject({
      dryRun: false,
      matched: 1,
      skipped: [],
    });
    expect(await show(id)).toMatchObject({ state: 'discarded', discardedWhy: 'a test', discardedBy: 'ana' });
  });
});
