import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import type { Output } from '@whoran/outputs';
import { aNotification, anAlert } from '@whoran/testing';
import { presetNamed } from '../presets/spec-presets.ts';
import { HttpStandIn, type Received } from '../spec-support/http-stand-in.ts';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';

let server: HttpStandIn;
let clock: VirtualClock;
let opened: Output[];

beforeEach(async () => {
  server = await HttpStandIn.start();
  clock = new VirtualClock();
  opened = [];
});
afterEach(async () => {
  const closing = opened.map((output) => output.close());
  await server.stop();
  await Promise.all(closing);
});

function open(kind: string, settings: Readonly<Record<string, unknown>> = {}): Output {
  const output = openOutput(
    presetNamed(kind),
    { url: server.url, ...settings },
    { files: { '/secret': 'CL1ENT-SECRET' }, clock, concurrency: 8 },
  );
  opened.push(output);
  return output;
}

const about = (name: string) => aNotification({ id: `n/${name}` }, anAlert({ rule: name }, { id: `e/${name}` }));
const bodies = () => server.received.map(({ body }) => JSON.parse(body) as unknown);
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('a receiver that batches', () => {
  it('joins what is sent at the same time, in order', async () => {
    const output = open('alertmanager', { batch: { size: 3, wait: '1s' } });
    const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => attempt(output, about(name))));
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'delivered' })));
    expect(bodies()).toMatchObject([[{ labels: { alertname: 'a' } }, { labels: { alertname: 'b' } }, { labels: { alertname: 'c' } }]]);
  });
  it('waits no longer than it was told', async () => {
    const output = open('alertmanager', { batch: { size: 100, wait: '2s' } });
    const sent = attempt(output, about('a'));
    clock.advanceTo(clock.now() + 1999);
    await settled();
    expect(server.received).toHaveLength(0);
    clock.advanceTo(clock.now() + 1);
    expect(await sent).toEqual({ kind: 'delivered' });
    expect(output.timeout).toBe(12_000);
  });
  it('sends what waits when it is closed', async () => {
    const output = open('alertmanager', { batch: { size: 100, wait: '1m' } });
    const sent = attempt(output, about('a'));
    await opened.pop()?.close();
    expect(await sent).toEqual({ kind: 'delivered' });
  });
  it('lets one go that gave up, and sends the others', async () => {
    const output = open('alertmanager', { batch: { size: 2, wait: '1m' } });
    expect(await attempt(output, about('late'), 20)).toEqual({ kind: 'retry', error: 'no answer in time' });
    expect(await Promise.all([attempt(output, about('a')), attempt(output, about('b'))])).toMatchObject([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    expect(bodies()).toMatchObject([[{ labels: { alertname: 'a' } }, { labels: { alertname: 'b' } }]]);
  });
  it('has a key for each joined request, the same for the same alerts', async () => {
    const output = open('alertmanager', { batch: { size: 2, wait: '1m' } });
    const both = () => Promise.all([attempt(output, about('a')), attempt(output, about('b'))]);
    await both();
    await both();
    const [first, second] = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
  });
  it('tells each of a bulk request what became of it', async () => {
    const item = (status: number, type = 'x') => ({ create: { status, ...(status < 300 ? {} : { error: { type, reason: 'r' } }) } });
    server.answer = (response) =>
      response.end(JSON.stringify({ errors: true, items: [item(201), item(409), item(400, 'mapper_parsing_exception'), item(429)] }));
    const output = open('elasticsearch', { batch: { size: 4, wait: '1m' } });
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => attempt(output, about(name))))).toEqual([
      { kind: 'delivered' },
      { kind: 'delivered' },
      { kind: 'refused', error: `POST ${server.url}: an item answered 400: mapper_parsing_exception: r` },
      { kind: 'retry', error: `POST ${server.url}: an item answered 429: x: r` },
    ]);
  });
  it.each(['', 'null', '{"errors":true}', '{"errors":true,"items":[]}', '{"errors":true,"items":[null]}'])(
    'tries again when the answer to a bulk request is %j',
    async (body) => {
      server.answer = (response) => response.end(body);
      expect(await attempt(open('opensearch'), about('a'))).toMatchObject({ kind: 'retry' });
    },
  );
  it('makes several requests when one would be too large', async () => {
    const long = 'x'.repeat(3000);
    const alerts = Array.from({ length: 100 }, (_, index) => anAlert({ output: long }, { id: `e/${index}` }));
    const sumo = open('sumologic');
    expect(
      await attempt(sumo, aNotification({ alerts: alerts.map((alert) => ({ ...alert, output: long.repeat(10) })), total: 100 })),
    ).toEqual({
      kind: 'delivered',
    });
    const sizes = server.received.map(({ body }) => Buffer.byteLength(body));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
    expect(server.received.flatMap(({ body }) => body.trim().split('\n'))).toHaveLength(100);
    expect(server.received.length).toBeGreaterThan(1);
  });
});

describe('a receiver with client credentials', () => {
  const oauth2 = () => ({
    token_url: `${server.url}/token`,
    client_id: 'whoran',
    client_secret_file: '/secret',
    scopes: ['alerts:write', 'x'],
    parameters: { audience: 'api' },
  });
  let tokens: number;
  beforeEach(() => {
    tokens = 0;
    server.answer = (response, request) => {
      if (request.url !== '/token') return void response.end();
      tokens += 1;
      response.end(JSON.stringify({ access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 100 }));
    };
  });
  const sent = (path: string): readonly Received[] => server.received.filter(({ url }) => url === path);

  it('asks for a token once, as RFC 6749 says, and again before it ends', async () => {
    const output = open('webhook', { oauth2: oauth2() });
    await Promise.all([attempt(output), attempt(output), attempt(output)]);
    expect(sent('/token')).toHaveLength(1);
    const [asked] = sent('/token');
    expect(asked?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('whoran:CL1ENT-SECRET').toString('base64')}`,
    });
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'alerts:write x',
      audience: 'api',
    });
    expect(new Set(sent('/').map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1']));
    clock.advanceTo(clock.now() + 71_000);
    await attempt(output);
    expect(sent('/').at(-1)?.headers.authorization).toBe('Bearer token-2');
  });
  it('asks for another when a token is not accepted, once', async () => {
    const grant = server.answer;
    server.answer = (response, request, received) =>
      request.headers.authorization === 'Bearer token-2' || request.url === '/token'
        ? grant(response, request, received)
        : void response.writeHead(401).end();
    const output = open('webhook', { oauth2: oauth2() });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    server.answer = (response, request, received) =>
      request.url === '/token' ? grant(response, request, received) : void response.writeHead(401).end();
    expect(await attempt(output)).toMatchObject({ kind: 'refused' });
    expect(tokens).toBe(3);
  });
  it.each([
    [401, 'no', 'refused'],
    [503, '', 'retry'],
    [200, '{}', 'retry'],
    [200, '{"access_token":"a\\r\\nb"}', 'retry'],
    [200, 'CL1ENT-SECRET', 'retry'],
  ])('says what is wrong without secrets when no token is given: %i %s', async (status, body, kind) => {
    server.answer = (response, request) =>
      response.writeHead(status).end(`${body}${status === 401 ? String(request.headers.authorization) : ''}`);
    const outcome = await attempt(open('webhook', { oauth2: oauth2() }));
    expect(outcome).toMatchObject({ kind, error: expect.stringContaining('token') });
    expect(JSON.stringify(outcome)).not.toMatch(/CL1ENT|Basic [A-Za-z0-9]/);
  });
});

describe('a receiver with a body of its own', () => {
  it('sends what the template says, with values, lists and conditions', async () => {
    const body = {
      who: '{{ alert.user }}',
      count: { $value: 'total' },
      groups: { $value: 'alert.groups' },
      none: { $value: 'alert.fields["no.such"]' },
      rules: { $each: 'alerts', $do: '{{ alert.rule | upcase }}' },
      urgent: { $if: 'alert.severity.rank < 4', $then: true, $else: false },
      pid: { $value: 'alert.fields["proc.pid.ts"]' },
    };
    expect(await attempt(open('http', { body, method: 'PUT', headers: { 'X-A': '1' }, success_codes: [200] }))).toEqual({
      kind: 'delivered',
    });
    expect(server.received[0]).toMatchObject({ method: 'PUT', headers: { 'x-a': '1' } });
    expect(server.received[0]?.body).toBe(
      '{"who":"jane@example.com","count":1,"groups":["sre"],"rules":["TERMINAL SHELL IN CONTAINER"],"urgent":false,"pid":1767261600050000000}',
    );
  });
  it('sends text as it is', async () => {
    expect(await attempt(open('http', { body: '{{ title }}!', content_type: 'text/plain' }))).toEqual({ kind: 'delivered' });
    expect(server.received[0]?.body).toBe('jane@example.com ran "id" in test/payments/api-0: Terminal shell in container!');
  });
  it('takes JSON as a text whose values are written as JSON', async () => {
    const output = open('http', { body: '{"user":{{ alert.user | json }},"title":{{ title | json }}}' });
    await attempt(output);
    expect(bodies()).toMatchObject([{ user: 'jane@example.com' }]);
  });
  it('counts only what it was told as a success', async () => {
    server.answer = (response) => response.writeHead(201).end();
    expect(await attempt(open('http', { success_codes: [200, 204] }))).toMatchObject({
      kind: 'refused',
      error: expect.stringContaining('answered 201'),
    });
  });
});

describe('a receiver at AWS', () => {
  const sigv4 = { region: 'eu-central-1', service: 'es', credentials: { access_key_id: 'AKIDEXAMPLE', secret_access_key_file: '/secret' } };
  it('signs what it sends, for the service, region and day', async () => {
    clock.advanceTo(Date.parse('2026-01-01T10:00:00Z'));
    server.answer = (response) => response.end('{"errors":false,"items":[]}');
    expect(await attempt(open('opensearch', { sigv4 }))).toEqual({ kind: 'delivered' });
    expect(server.received[0]?.headers).toMatchObject({
      'x-amz-date': '20260101T100000Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/eu-central-1\/es\/aws4_request, SignedHeaders=content-type;host;idempotency-key;user-agent;x-amz-date, Signature=[0-9a-f]{64}$/,
      ),
    });
  });
  it('needs credentials, and no second Authorization', () => {
    const items = (settings: object) => issuesOf(presetNamed('opensearch'), { url: 'https://o', ...settings }, {}).map(({ item }) => item);
    expect(items({ sigv4 })).toEqual(['/sigv4/credentials/secret_access_key_file']);
    expect(items({ sigv4: { region: 'r', service: 'es' } })).toEqual(['/sigv4']);
    expect(items({ sigv4, oauth2: { token_url: 'https://t', client_id: 'c', client_secret_file: '/x' } })).toContain('');
  });
});
