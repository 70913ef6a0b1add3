import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { apiClient } from './api-client.ts';
import { runInSpec } from '../spec-support/run-in-spec.ts';
import { aCommand } from '../spec-support/records.ts';

let close: () => Promise<void> = async () => {};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
const error = (message: string) => JSON.stringify({ error: { code: 'X', message } });
const list = (server: string, env: Record<string, string> = {}, ...more: readonly string[]) =>
  runInSpec(['commands', '--server', server, ...more], { env });

describe('a server that does not do what it should', () => {
  afterEach(() => close());

  it.each([
    ['wants a token', answer(401, error('no')), {}, 1, 'needs a token: put it into WHORAN_TOKEN'],
    ['does not like the token', answer(401, error('no')), { WHORAN_TOKEN: 's3cret' }, 1, 'does not accept this token'],
    [
      'lets the token only read',
      answer(403, error('this token may read only')),
      { WHORAN_TOKEN: 's3cret' },
      1,
      'refuses this: this token may',
    ],
    ['is behind a proxy that forbids', answer(403, '<html>'), { WHORAN_TOKEN: 's3cret' }, 1, 'does not accept this token'],
    ['refuses a parameter', answer(400, error('since: is no time')), {}, 2, 'since: is no time'],
    ['has no such path', answer(404, '<html>'), {}, 1, 'check --server or WHORAN_URL'],
    ['is broken', answer(500, error('an internal error')), {}, 1, 'cannot answer now: an internal error'],
    ['is a proxy without a service', answer(502, '<html>'), {}, 1, 'HTTP status 502'],
    ['is another program', answer(200, 'hello'), {}, 1, 'does not answer like'],
    ['answers something else', answer(200, '[1]'), {}, 1, 'does not answer like'],
    ['answers a number', answer(200, '5'), {}, 1, 'does not answer like'],
    ['sends the token elsewhere', answer(302, '', { location: 'http://127.0.0.1:1/' }), { WHORAN_TOKEN: 's3cret' }, 1, 'cannot reach'],
    ['answers with control characters', answer(400, error('\u001b[2J')), {}, 2, '\\x1b[2J'],
    ['cuts the connection', (_request, response) => response.socket?.destroy(), {}, 1, 'the connection was cut'],
  ] satisfies readonly [string, RequestListener, Record<string, string>, number, string][])(
    '%s',
    async (_what, listener, env, status, message) => {
      const run = await list(await serve(listener), env);
      expect([run.status, run.stdout]).toEqual([status, '']);
      expect(run.stderr).toContain(message);
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(run.stderr).not.toContain('s3cret');
    },
  );

  it('is not there', async () => {
    const gone = await serve(() => {});
    await close();
    const run = await list(gone);
    expect(run).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('(nothing listens there): is the forensics service running?'),
    });
    expect((await list('http://whoran.invalid')).stderr).toContain('cannot reach http://whoran.invalid (no such host)');
  });

  it('does not answer in time, before or within the answer', async () => {
    const silent = await serve(() => {});
    await expect(apiClient({ server: silent, timeout: 50 }).get('/x')).rejects.toThrow('nothing came for 0.05 s');
    await close();
    const slow = await serve((_request, response) => void response.writeHead(200).write('{'));
    await expect(apiClient({ server: slow, timeout: 50 }).get('/x')).rejects.toThrow('nothing came for 0.05 s');
    await expect(async () => {
      for await (const _line of await apiClient({ server: slow, timeout: 5000 }).stream('/x', {}, 50));
    }).rejects.toThrow('nothing came for 0.05 s');
  });

  it('cuts its answer in the middle', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"items":');
      setTimeout(() => response.destroy(), 20);
    });
    const run = await list(server);
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('cannot reach')]);
  });

  it('sends a line without end', async () => {
    const server = await serve((_request, response) => {
      response.on('error', () => {});
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1 << 20)));
      };
      response.on('drain', more);
      more();
    });
    await expect(async () => {
      for await (const _line of await apiClient({ server }).stream('/x', {}, 30_000));
    }).rejects.toThrow('a line without end');
  }, 30_000);

  it('is left when the person wants to', async () => {
    const ended = new AbortController();
    const server = await serve(() => ended.abort());
    expect(await runInSpec(['commands', '--server', server], { signal: ended.signal })).toEqual({ status: 130, stdout: '', stderr: '' });
  });
});

describe('a server that does', () => {
  afterEach(() => close());

  it('is asked with the token, and page after page', async () => {
    const asked: string[] = [];
    const server = await serve((request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      const next = asked.length < 3 ? { next: `c${asked.length}` } : {};
      answer(200, JSON.stringify({ items: [aCommand({ id: `event-${asked.length}` })], ...next }))(request, response);
    });
    const run = await list(`${server}/`, { WHORAN_TOKEN: ' s3cret\n' }, '--all', '-o', 'ndjson', '--user', 'a b&c');
    expect(run.stdout.trim().split('\n')).toHaveLength(3);
    expect(asked).toEqual(
      ['', '&cursor=c1', '&cursor=c2'].map((cursor) => `Bearer s3cret /api/v1/commands?user=a+b%26c&order=desc&limit=1000${cursor}`),
    );
    expect(run.stderr).toBe('');
  });

  it('is warned about when the token travels in the open', async () => {
    const run = await list('http://whoran.invalid', { WHORAN_TOKEN: 's3cret' });
    expect(run.stderr).toMatch(/^warning: the token travels unencrypted to whoran.invalid: use https\n/);
  });

  it('waits for a reader that is behind', async () => {
    const server = await serve(answer(200, JSON.stringify({ items: [aCommand()] })));
    const drained: (() => void)[] = [];
    let written = '';
    const stdout = { write: (text: string) => ((written += text), false), once: (_event: 'drain', go: () => void) => drained.push(go) };
    const running = runInSpec(['commands', '--server', server], { stdout });
    while (drained.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toContain('cat /etc/passwd');
    drained[0]?.();
    expect((await running).status).toBe(0);
  });
});
