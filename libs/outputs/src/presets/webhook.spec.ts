import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import { ok } from '@whoran/kernel';
import { type Outcome, type Output, falcoBody } from '@whoran/outputs';
import { aNotification, anAlert } from '@whoran/testing';
import { HttpStandIn, type Received } from '../spec-support/http-stand-in.ts';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { presetNamed } from './spec-presets.ts';

const SECRET = 'T0P-SECRET-TOKEN';
let server: HttpStandIn;
let url: string;
let opened: Output[];

beforeEach(async () => {
  opened = [];
  server = await HttpStandIn.start();
  ({ url } = server);
});

afterEach(async () => {
  const closing = opened.map((output) => output.close());
  await server.stop();
  await Promise.all(closing);
});

function open(settings: Record<string, unknown> = {}): Output {
  const files = { '/token': SECRET, '/key': 'from-file', '/url': `${url}/hooks/${SECRET}?key=${SECRET}` };
  const given = settings['url_file'] === undefined && settings['url_env'] === undefined ? { url: `${url}/hooks/${SECRET}` } : {};
  const output = openOutput(presetNamed('webhook'), { ...given, ...settings }, { files, env: { HOOK: `${url}/hooks/${SECRET}` } });
  opened.push(output);
  return output;
}

function send(output: Output, limit = 1000): Promise<Outcome> {
  return attempt(output, aNotification(), limit);
}

describe('a webhook', () => {
  it('posts the Falco event, exactly, with headers and secrets from files', async () => {
    server.answer = (response) => response.writeHead(202).end('thanks');
    const output = open({ url_file: '/url', headers: { 'X-Team': 'soc' }, header_files: { 'X-Key': '/key' }, bearer_token_file: '/token' });
    expect(await send(output)).toEqual({ kind: 'delivered' });
    const [{ method, url: path, headers, body } = {} as Received] = server.received;
    expect([method, path]).toEqual(['POST', `/hooks/${SECRET}?key=${SECRET}`]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-team': 'soc',
      'x-key': 'from-file',
      authorization: `Bearer ${SECRET}`,
      'idempotency-key': 'r%2Fevent-1%2FTerminal%20shell%20in%20container%2F0',
    });
    expect(body).toContain('"proc.pid.ts":1767261600050000000');
    expect(parseJson(body)).toEqual(ok(falcoBody(anAlert(), false)));
  });
  it('takes its URL from the environment', async () => {
    expect(await send(open({ url_env: 'HOOK' }))).toEqual({ kind: 'delivered' });
    expect(server.received[0]?.url).toBe(`/hooks/${SECRET}`);
  });
  it('posts each alert of a group, each with a key of its own, and says how many more there are', async () => {
    const alerts = [anAlert(), anAlert({ rule: 'Other' }, { id: 'event-2/Other' })];
    const notification = aNotification({ id: 'n é', reason: 'group', alerts, total: 5 });
    expect(await attempt(open(), notification)).toEqual({ kind: 'delivered' });
    expect(server.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['n%20%C3%A9/0', 'n%20%C3%A9/1', 'n%20%C3%A9/2']);
    expect(server.received.map(({ body }) => parseJson(body))).toMatchObject([
      { value: { rule: 'Terminal shell in container' } },
      { value: { rule: 'Other' } },
      { value: { rule: 'More alerts', source: 'whoran', output_fields: { 'whoran.alerts': 3 } } },
    ]);
  });
  it('tells a storm as one event', async () => {
    const storm = { since: '2026-01-01T10:00:00Z', until: '2026-01-01T10:01:00Z', rules: [{ name: 'R', alerts: 900 }], users: [] };
    expect(await attempt(open(), aNotification({ reason: 'storm', alerts: [anAlert()], total: 1000, storm }))).toEqual({
      kind: 'delivered',
    });
    expect(server.received.map(({ body }) => parseJson(body))).toMatchObject([
      { value: { rule: 'Alert storm', priority: 'Warning', output_fields: { 'whoran.alerts': 1000, 'storm.rules': ['R (900)'] } } },
    ]);
  });
  it('sends no further alert of a group once one must be tried again', async () => {
    server.answer = (response) => response.writeHead(503).end();
    const alerts = [anAlert(), anAlert({}, { id: 'other' })];
    expect(await attempt(open(), aNotification({ alerts, total: 2 }))).toMatchObject({ kind: 'retry' });
    expect(server.received).toHaveLength(1);
  });
  it('uses one connection again and again', async () => {
    const ports = new Set<number | undefined>();
    server.answer = (response, request) => {
      ports.add(request.socket.remotePort);
      response.writeHead(200).end('x'.repeat(1000));
    };
    const output = open();
    for (let time = 0; time < 5; time += 1) {
      await send(output);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(ports.size).toBeLessThan(3);
  });
  it('hands on Retry-After and what the receiver said', async () => {
    server.answer = (response) => response.writeHead(429, { 'retry-after': '7' }).end('slow\ndown');
    expect(await send(open())).toEqual({ kind: 'retry', error: `POST ${url}: answered 429: slow\\u{a}down`, retryAfter: 7000 });
  });
  it('never repeats a secret, even when the receiver does', async () => {
    server.answer = (response, request) =>
      response.writeHead(400).end(`no such hook ${request.url} for ${request.headers.authorization} ${'x'.repeat(150)}${SECRET}`);
    const outcome = await send(open({ bearer_token_file: '/token' }));
    expect(outcome).toMatchObject({ kind: 'refused', error: expect.stringContaining('answered 400: no such hook') });
    expect(JSON.stringify(outcome)).not.toMatch(/T0P|hooks/);
  });
  it('follows no redirect', async () => {
    server.answer = (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end();
    expect(await send(open())).toMatchObject({ kind: 'refused', error: expect.stringContaining('redirect') });
    expect(server.received).toHaveLength(1);
  });
  it('does not wait for the end of an endless answer', async () => {
    const endless = (status: number) => (response: ServerResponse) => {
      response.writeHead(status);
      const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    server.answer = endless(200);
    expect(await send(open())).toEqual({ kind: 'delivered' });
    server.answer = endless(400);
    const refused = await send(open());
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(refused).length).toBeLessThan(400);
  });
  it('tells by the status even when the answer trickles', async () => {
    server.answer = (response) => void response.writeHead(400).write('x');
    expect(await send(open(), 10_000)).toMatchObject({ kind: 'refused', error: `POST ${url}: answered 400: x` });
  });
  it('ends an attempt that hangs when told to', async () => {
    server.answer = () => {};
    expect(await send(open(), 50)).toMatchObject({ kind: 'retry' });
  });
  it('tries again when the connection breaks off or is refused', async () => {
    server.answer = (response) => response.socket?.destroy();
    expect(await send(open())).toMatchObject({ kind: 'retry', error: expect.stringContaining(`POST ${url}: `) });
    expect(await send(open({ url: 'http://127.0.0.1:1/secret-path' }))).toMatchObject({
      kind: 'retry',
      error: 'POST http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    });
  });
  it('tries again when the other side does not speak TLS', async () => {
    server.answer = (response) => response.end();
    expect(await send(open({ url: url.replace('http', 'https') }))).toMatchObject({ kind: 'retry' });
  });
});
