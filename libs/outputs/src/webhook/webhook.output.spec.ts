import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import { VirtualClock, ok } from '@whoran/kernel';
import { type Outcome, type Output, falcoBody } from '@whoran/outputs';
import { anAlert } from '@whoran/testing';
import { webhookKind } from './webhook.output.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const SECRET = 'T0P-SECRET-TOKEN';
let server: Server;
let url: string;
let received: Received[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let opened: Output[];

beforeEach(async () => {
  received = [];
  opened = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await Promise.all(opened.map((output) => output.close()));
  await new Promise((resolve) => server.close(resolve));
});

function open(settings: Record<string, unknown> = {}): Output {
  const files: Record<string, string> = { '/token': SECRET, '/url': `${url}/hooks/${SECRET}?key=${SECRET}` };
  const output = webhookKind.open(
    { ...(settings['url_file'] === undefined ? { url: `${url}/hooks/${SECRET}` } : {}), ...settings },
    { stdout: undefined as never, clock: new VirtualClock(), concurrency: 2, readFile: (path) => ok(files[path] ?? 'from-file') },
  );
  if (!output.ok) throw new Error(JSON.stringify(output.error));
  opened.push(output.value);
  return output.value;
}

function send(output: Output, limit = 1000): Promise<Outcome> {
  return output.send(anAlert(), { update: false, signal: AbortSignal.timeout(limit) });
}

describe('a webhook', () => {
  it('posts the Falco event, exactly, with headers and secrets from files', async () => {
    answer = (response) => response.writeHead(202).end('thanks');
    const output = open({ url_file: '/url', headers: { 'X-Team': 'soc' }, header_files: { 'X-Key': '/key' }, bearer_token_file: '/token' });
    expect(await send(output)).toEqual({ kind: 'delivered' });
    const [{ method, url: path, headers, body } = {} as Received] = received;
    expect([method, path]).toEqual(['POST', `/hooks/${SECRET}?key=${SECRET}`]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-team': 'soc',
      'x-key': 'from-file',
      authorization: `Bearer ${SECRET}`,
      'idempotency-key': 'event-1%2FTerminal%20shell%20in%20container/0',
    });
    expect(body).toContain('"proc.pid.ts":1767261600050000000');
    expect(parseJson(body)).toEqual(ok(falcoBody(anAlert(), false)));
  });
  it('uses one connection again and again', async () => {
    const ports = new Set<number | undefined>();
    answer = (response, request) => {
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
    answer = (response) => response.writeHead(429, { 'retry-after': '7' }).end('slow\ndown');
    expect(await send(open())).toEqual({ kind: 'retry', error: `POST ${url}: answered 429: slow\\u{a}down`, retryAfter: 7000 });
  });
  it('never repeats a secret, even when the receiver does', async () => {
    answer = (response, request) =>
      response.writeHead(400).end(`no such hook ${request.url} for ${request.headers.authorization} ${'x'.repeat(150)}${SECRET}`);
    const outcome = await send(open({ bearer_token_file: '/token' }));
    expect(outcome).toMatchObject({ kind: 'refused', error: expect.stringContaining('answered 400: no such hook') });
    expect(JSON.stringify(outcome)).not.toMatch(/T0P|hooks/);
  });
  it('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end();
    expect(await send(open())).toMatchObject({ kind: 'refused', error: expect.stringContaining('redirect') });
    expect(received).toHaveLength(1);
  });
  it('does not wait for the end of an endless answer', async () => {
    const endless = (status: number) => (response: ServerResponse) => {
      response.writeHead(status);
      const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    answer = endless(200);
    expect(await send(open())).toEqual({ kind: 'delivered' });
    answer = endless(400);
    const refused = await send(open());
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(refused).length).toBeLessThan(400);
  });
  it('tells by the status even when the answer trickles', async () => {
    answer = (response) => void response.writeHead(400).write('x');
    expect(await send(open(), 10_000)).toMatchObject({ kind: 'refused', error: `POST ${url}: answered 400: x` });
  });
  it('ends an attempt that hangs when told to', async () => {
    answer = () => {};
    expect(await send(open(), 50)).toMatchObject({ kind: 'retry' });
  });
  it('tries again when the connection breaks off or is refused', async () => {
    answer = (response) => response.socket?.destroy();
    expect(await send(open())).toMatchObject({ kind: 'retry', error: expect.stringContaining(`POST ${url}: `) });
    expect(await send(open({ url: 'http://127.0.0.1:1/secret-path' }))).toMatchObject({
      kind: 'retry',
      error: 'POST http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    });
  });
  it('tries again when the other side does not speak TLS', async () => {
    answer = (response) => response.end();
    expect(await send(open({ url: url.replace('http', 'https') }))).toMatchObject({ kind: 'retry' });
  });
});
