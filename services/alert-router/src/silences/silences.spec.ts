import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GettableSilence, SilencePreview } from '@whoran/routing';
import { anAttributedEvent } from '@whoran/testing';
import { RouterScene } from '../spec-support/router-scene.ts';

const ANA = 'a-token-of-ana-000';
const SHARED = 'a-shared-token-000';
const PAYMENTS = [{ name: 'namespace', value: 'payments', isRegex: false }];
const MAX_BODY = 1_048_576;

describe('the API of silences', () => {
  let scene: RouterScene;
  beforeEach(async () => {
    scene = new RouterScene();
    await scene.start({ apiTokens: `ana:${ANA} ${SHARED}` });
  });
  afterEach(() => scene.end());

  const send = async (method: string, path: string, body?: unknown, token = ANA) => {
    const answer = await fetch(`${scene.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const at = (minutes: number) => new Date(scene.clock.now() + minutes * 60_000).toISOString();
  const asked = (different: object = {}) => ({
    matchers: PAYMENTS,
    startsAt: at(0),
    endsAt: at(60),
    createdBy: 'bob',
    comment: 'a migration',
    ...different,
  });
  const add = async (different: object = {}, token = ANA) => {
    const { body } = await send('POST', '/api/v2/silences', asked(different), token);
    return (body as { silenceID: string }).silenceID;
  };
  const list = async (query = '') => (await send('GET', `/api/v2/silences${query}`)).body as readonly GettableSilence[];
  const show = async (id: string) => (await send('GET', `/api/v2/silence/${id}`)).body as GettableSilence;
  const raise = (id: string, namespace = 'payments') =>
    scene.publish(
      anAttributedEvent(
        { rule: 'A shell', priority: 'Warning', tags: [], output_fields: { 'k8s.ns.name': namespace } },
        { id, revision: 0 },
      ),
    );

  it('mutes what it matches from the next alert on, and not after its end', async () => {
    const id = await add();
    await raise('1');
    await raise('2', 'other');
    expect(scene.lines).toHaveLength(1);
    expect((await send('DELETE', `/api/v2/silence/${id}`)).status).toBe(200);
    await raise('3');
    expect(scene.lines).toHaveLength(2);
    await add({ startsAt: at(10), endsAt: at(20) });
    await raise('4');
    scene.clock.advanceTo(scene.clock.now() + 10 * 60_000);
    await raise('5');
    scene.clock.advanceTo(scene.clock.now() + 10 * 60_000);
    await raise('6');
    expect(scene.lines).toHaveLength(4);
  });

  it('answers as Alertmanager does', async () => {
    const id = await add({ matchers: [...PAYMENTS, { name: 'user', value: 'ci-.*', isRegex: true, isEqual: false }] });
    expect(await show(id)).toEqual({
      id,
      status: { state: 'active' },
      updatedAt: '2026-01-01T10:00:00.000000000Z',
      startsAt: '2026-01-01T10:00:00.000000000Z',
      endsAt: '2026-01-01T11:00:00.000000000Z',
      createdBy: 'ana',
      comment: 'a migration',
      matchers: [
        { name: 'namespace', value: 'payments', isRegex: false, isEqual: true },
        { name: 'user', value: 'ci-.*', isRegex: true, isEqual: false },
      ],
    });
    const [pending, last, first] = [await add({ startsAt: at(5) }), await add({ endsAt: at(30) }), await add({ endsAt: at(10) })];
    await send('DELETE', `/api/v2/silence/${last}`);
    expect((await list()).map((silence) => [silence.id, silence.status.state])).toEqual([
      [first, 'active'],
      [id, 'active'],
      [pending, 'pending'],
      [last, 'expired'],
    ]);
    expect((await list(`?filter=${encodeURIComponent('user=~"ci-.*"')}`)).map((silence) => silence.id)).toEqual([id]);
    expect(await list('?filter=namespace%21%3D%22payments%22')).toEqual([]);
    expect(await list('?filter=user%3D%22%22&filter=namespace%3Dpayments')).toHaveLength(3);
  });

  it('takes the author from the token, and from the caller only without a name in it', async () => {
    expect((await show(await add())).createdBy).toBe('ana');
    expect((await show(await add({}, SHARED))).createdBy).toBe('bob');
    expect(await send('POST', '/api/v2/silences', asked({ createdBy: undefined }), SHARED)).toEqual({
      status: 400,
      body: 'createdBy is empty: say whose silence it is',
    });
  });

  it('changes a silence in its place, or ends it and makes another, as Alertmanager does', async () => {
    const id = await add();
    scene.clock.advanceTo(scene.clock.now() + 60_000);
    const known = await show(id);
    expect(await add({ ...known, endsAt: at(120), comment: 'it takes longer' })).toBe(id);
    expect(await show(id)).toMatchObject({
      endsAt: '2026-01-01T12:01:00.000000000Z',
      startsAt: known.startsAt,
      comment: 'it takes longer',
    });
    const other = await add({ ...known, matchers: [{ name: 'namespace', value: 'other', isRegex: false }] });
    expect(other).not.toBe(id);
    expect((await show(id)).status.state).toBe('expired');
    expect(await show(other)).toMatchObject({ startsAt: '2026-01-01T10:01:00.000000000Z', status: { state: 'active' } });
    const again = await add({ ...(await show(id)), endsAt: at(5) });
    expect([id, other]).not.toContain(again);
    expect(await send('POST', '/api/v2/silences', asked({ id: 'unknown' }))).toEqual({ status: 404, body: 'no silence has this id' });
  });

  it.each([
    ['no matchers', { matchers: [] }, /matchers/],
    ['a matcher of everything', { matchers: [{ name: 'user', value: '.*', isRegex: true }] }, /every alert/],
    ['an unknown label', { matchers: [{ name: 'nmespace', value: 'x', isRegex: false }] }, /nmespace/],
    ['a broken expression', { matchers: [{ name: 'user', value: '(', isRegex: true }] }, /RE2/],
    ['a mistyped field of a matcher', { matchers: [{ name: 'user', value: 'x', isRegex: false, isEqul: false }] }, /isEqul/],
    ['an end before its begin', { startsAt: '2026-01-01T12:00:00Z', endsAt: '2026-01-01T11:00:00Z' }, /before it begins/],
    ['an end in the past', { startsAt: '2026-01-01T08:00:00Z', endsAt: '2026-01-01T09:00:00Z' }, /past/],
    ['a time that is none', { endsAt: 'tomorrow' }, /endsAt/],
    ['no comment', { comment: ' ' }, /comment/],
    ['a comment without end', { comment: 'x'.repeat(5000) }, /comment/],
  ])('refuses %s', async (_name, different, message) => {
    const { status, body } = await send('POST', '/api/v2/silences', asked(different));
    expect([status, body]).toEqual([400, expect.stringMatching(message)]);
    expect(await list()).toEqual([]);
  });

  it('refuses what is no request of it', async () => {
    expect(await send('POST', '/api/v2/silences', '{')).toMatchObject({ status: 400 });
    expect(await send('POST', '/api/v2/silences', JSON.stringify('x'.repeat(MAX_BODY)))).toMatchObject({ status: 413 });
    expect(await send('GET', '/api/v2/silences?filter=x')).toMatchObject({ status: 400, body: expect.stringContaining('not a matcher') });
    expect(await send('GET', '/api/v2/silence/none')).toMatchObject({ status: 404 });
    expect(await send('DELETE', '/api/v2/silence/none')).toMatchObject({ status: 404 });
    expect(await send('GET', '/api/v2/silences', undefined, 'wrong')).toEqual({ status: 401, body: 'the bearer token is wrong' });
    expect((await fetch(`${scene.url}/api/v2/silences`)).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('shows what a silence would have muted', async () => {
    await raise('old');
    scene.clock.advanceTo(scene.clock.now() + 3 * 3_600_000);
    await raise('1');
    await raise('2', 'other');
    const preview = async (body: object) => (await send('POST', '/api/v1/silences/preview', body)).body as SilencePreview;
    expect(await preview({ matchers: PAYMENTS, since: '24h' })).toMatchObject({ alerts: 3, muted: 2 });
    expect(await preview({ matchers: PAYMENTS })).toEqual({
      alerts: 2,
      muted: 1,
      examples: [
        expect.objectContaining({ id: '1/A shell', rule: 'A shell', priority: 'Warning', namespace: 'payments', user: 'jane@example.com' }),
      ],
    });
    expect(await send('POST', '/api/v1/silences/preview', { matchers: PAYMENTS, since: 'ever' })).toMatchObject({ status: 400 });
    expect(await send('POST', '/api/v1/silences/preview', { matchers: [] })).toMatchObject({ status: 400 });
  });
});

describe('the API without tokens', () => {
  it('is off, on this machine too', async () => {
    const scene = new RouterScene();
    await scene.start({});
    for (const path of ['/api/v2/silences', '/api/v2/silence/x']) expect((await scene.get(path)).status).toBe(403);
    await scene.end();
  });
});
