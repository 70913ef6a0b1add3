import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DeadLetter, check, topics } from '@whoran/contracts';
import type { ChangeReport, DeadLetterDetail, DeadLetterRecord, Page } from '@whoran/forensics-api';
import { type ServiceInSpec, startForSpec } from '@whoran/testing';
import { API_SCHEMAS } from '../api/schemas.ts';
import type { ForensicsConfig } from '../forensics.config.ts';
import { forensics } from '../index.ts';
import { aLetter } from '../testing/dead-letters.suite.ts';

jest.setTimeout(120_000);

let running: ServiceInSpec;
const start = async (different: Partial<ForensicsConfig> = {}) =>
  (running = await startForSpec(forensics, { dataDir: 'memory', port: 0, ...different }));
const save = async (...letters: readonly DeadLetter[]) => {
  await running.bus.publish(topics.deadLetters, letters);
  await running.bus.idle();
};
const get = async <T>(path: string) => (await (await fetch(`${running.service.url}/api/v1/${path}`)).json()) as T;
const post = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
  const sent = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
  const answer = await fetch(`${running.service.url}/api/v1/dead-letters/${path}`, sent);
  return { status: answer.status, body: (await answer.json()) as ChangeReport & { error: { message: string } } };
};
const change = async (path: string, body: object) => (await post(path, JSON.stringify(body))).body;
const idsOf = ({ changed }: ChangeReport) => changed.map(({ id }) => id);

describe('changing dead letters', () => {
  beforeAll(() => start());
  afterAll(async () => expect(await running.service.stop()).toBe(true));

  it.each([
    ['nothing', '', 'the body is empty'],
    ['no JSON', '{"ids"', 'the body is not JSON'],
    ['no UTF-8', Buffer.from([0x7b, 0xff]), 'the body is not UTF-8'],
    ['no object', '[]', 'object'],
    ['an empty object', '{}', 'say "all": true'],
    ['a filter that says nothing', '{"filter": {}}', 'say "all": true'],
    ['a filter that says a state only', '{"filter": {"state": "open"}}', 'say "all": true'],
    ['all of a filter', '{"all": true, "filter": {"stage": "x"}}', 'exclude each other'],
    ['ids and all', '{"ids": ["x"], "all": true}', 'ids stand alone'],
    ['no ids', '{"ids": []}', '/ids'],
    ['too many ids', JSON.stringify({ ids: Array.from({ length: 501 }, String) }), '/ids'],
    ['too many letters', '{"all": true, "limit": 501}', '/limit'],
    ['an unknown field', '{"ids": ["x"], "dryrun": true}', '/dryrun: is not a field here'],
    ['an unknown filter', '{"filter": {"service": "x"}}', '/filter/service: is not a field here'],
    ['an unknown state', '{"all": true, "filter": {"state": "lost"}}', 'must be one of open, replayed, discarded'],
    ['a time that is none', '{"filter": {"since": "yesterday"}}', 'since: must be an RFC 3339 time'],
  ])('refuses %s', async (_what, body, message) => {
    const answer = await post('replay', body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)]);
  });

  it('refuses to discard without saying why, and what is no JSON, and web pages', async () => {
    expect((await post('discard', '{"ids": ["x"]}')).body.error.message).toContain('why');
    expect((await post('replay', '{"all": true}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('replay', '{"all": true}', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('replay', `{"ids": ["${'x'.repeat(300_000)}"]}`)).status).toBe(413);
  });

  it('replays what matches, oldest first and no more than asked for', async () => {
    const replays = await running.collect(topics.replays);
    const stage = 'router';
    const at = (minute: number) => `2026-01-01T10:0${minute}:00Z`;
    const letters = [2, 1, 3].map((minute) => aLetter({ id: `r/${minute}`, stage, time: at(minute), payload: `{"n": ${minute}}` }));
    await save(...letters, aLetter({ id: 'r/cut', stage, truncated: true }), aLetter({ id: 'r/other', stage: 'other' }));

    const dry = await change('replay', { filter: { stage }, limit: 2, dryRun: true });
    expect([idsOf(dry), dry.matched, dry.dryRun]).toEqual([['r/1', 'r/2'], 4, true]);
    expect(dry.skipped).toEqual([{ id: 'r/cut', why: 'truncated' }]);
    expect(check(API_SCHEMAS.ChangeReport, dry)).toEqual({ ok: true, value: dry });

    expect(idsOf(await change('replay', { filter: { stage, since: at(1) }, limit: 2, by: 'ana' }))).toEqual(['r/1', 'r/2']);
    expect(idsOf(await change('replay', { filter: { stage } }))).toEqual(['r/3']);
    await running.bus.idle();
    expect(
      replays.map(({ letter, attempt, requestedBy, payload, origin }) => [letter, attempt, requestedBy, payload, origin.offset]),
    ).toEqual([1, 2, 3].map((n) => [`r/${n}`, 1, n === 3 ? 'unknown' : 'ana', `{"n": ${n}}`, letters[0]?.origin.offset]));
    expect(replays.every((replay) => check(topics.replays.schema, replay).ok)).toBe(true);
    const { items } = await get<Page<DeadLetterRecord>>(`dead-letters?stage=${stage}&state=open`);
    expect(items.map(({ id }) => id)).toEqual(['r/cut']);
  });

  it('replays by id, again and again, and says what it cannot', async () => {
    const replays = await running.collect(topics.replays);
    await save(aLetter({ id: 'a b/ü?', payload: '{"password": "s3cret"}' }), aLetter({ id: 'cut', truncated: true }));
    const ids = ['a b/ü?', 'a b/ü?', 'cut', "' or true --", 'nobody\u0000'];
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const report = await change('replay', { ids });
      expect([report.matched, idsOf(report), report.skipped.map(({ why }) => why)]).toEqual([
        4,
        ['a b/ü?'],
        ['truncated', 'unknown', 'unknown'],
      ]);
    }
    await running.bus.idle();
    expect(replays.map(({ attempt, payload }) => [attempt, payload])).toEqual([1, 2].map((attempt) => [attempt, '{"password": "s3cret"}']));
    const detail = await get<DeadLetterDetail>(`dead-letter?id=${encodeURIComponent('a b/ü?')}`);
    expect(detail).toMatchObject({ state: 'replayed', replays: 2, payload: '{"password":"[redacted]"}' });
    expect(check(API_SCHEMAS.DeadLetterDetail, detail)).toEqual({ ok: true, value: detail });
    expect((await fetch(`${running.service.url}/api/v1/dead-letter?id=nobody`)).status).toBe(404);
    expect((await fetch(`${running.service.url}/api/v1/dead-letter`)).status).toBe(400);
  });

  it('replays everything in a state, discarded letters too, when told so', async () => {
    await save(aLetter({ id: 'd', stage: 'discarder' }));
    expect(idsOf(await change('discard', { filter: { stage: 'discarder' }, why: 'a test' }))).toEqual(['d']);
    expect(await change('discard', { ids: ['d'], why: 'a test' })).toMatchObject({ changed: [], skipped: [{ id: 'd', why: 'discarded' }] });
    expect(idsOf(await change('replay', { all: true, filter: { state: 'discarded' } }))).toEqual(['d']);
    expect((await get<DeadLetterDetail>('dead-letter?id=d')).state).toBe('replayed');
  });

  it('stands in the contract', async () => {
    const { paths } = (await (await fetch(`${running.service.url}/openapi.json`)).json()) as { paths: Record<string, { post?: unknown }> };
    expect(paths['/api/v1/dead-letters/replay']?.post).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ReplayRequest' } } } },
    });
    expect(await (await fetch(`${running.service.url}/docs`)).text()).toContain('POST /api/v1/dead-letters/discard');
  });
});

describe('changing dead letters of a service with tokens', () => {
  const [token, adminToken] = ['a-token-of-some-length', 'another-token-of-some-length'];
  afterAll(() => running.service.stop());

  it('needs the admin token, which reads, too', async () => {
    await start({ token, adminToken });
    const as = async (bearer: string) => (await post('replay', '{"all": true}', { authorization: `Bearer ${bearer}` })).status;
    expect([(await post('replay', '{"all": true}')).status, await as('wrong'), await as(token), await as(adminToken)]).toEqual([
      401, 401, 403, 200,
    ]);
    const read = await fetch(`${running.service.url}/api/v1/dead-letters`, { headers: { authorization: `Bearer ${adminToken}` } });
    expect(read.status).toBe(200);
    await running.service.stop();
  });

  it('is off without one', async () => {
    await start({ token });
    const answer = await post('replay', '{"all": true}', { authorization: `Bearer ${token}` });
    expect([answer.status, answer.body.error.message]).toEqual([403, expect.stringContaining('WHORAN_FORENSICS_ADMIN_TOKEN')]);
  });
});
