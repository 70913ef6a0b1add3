import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TailLine } from '@whoran/forensics-api';
import { aCommand } from '../spec-support/records.ts';
import { runInSpec } from '../spec-support/run-in-spec.ts';
import { until } from '../spec-support/until.ts';

jest.setTimeout(60_000);

/** A service of which only the stream is there. */
class Stream {
  readonly callers: ServerResponse[] = [];
  readonly asked: (string | undefined)[] = [];
  private server: Server | undefined;
  port = 0;

  async open(status = 200): Promise<void> {
    this.callers.length = 0;
    const server = createServer((request, response) => {
      this.asked.push(request.url);
      this.callers.push(response.writeHead(status));
      if (status === 200) this.say({ type: 'heartbeat', time: 'now' });
      else response.end('{"error":{"code":"X","message":"no"}}');
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  say(line: TailLine): void {
    this.callers.at(-1)?.write(`${JSON.stringify(line)}\n`);
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }
}

describe('whoran tail', () => {
  const stream = new Stream();
  let ended = new AbortController();
  let stdout = '';
  let stderr = '';
  const tail = (...more: readonly string[]) =>
    runInSpec(['tail', '--server', `http://127.0.0.1:${stream.port}`, ...more], {
      stdout: { write: (text) => void (stdout += text) },
      stderr: { write: (text) => void (stderr += text) },
      signal: ended.signal,
    });
  beforeEach(async () => {
    [stdout, stderr, ended] = ['', '', new AbortController()];
    await stream.open();
  });
  afterEach(() => stream.close());

  it('connects again when the service was restarted, and says what may be missing', async () => {
    const running = tail('-o', 'ndjson', '-n', 'payments');
    await until(() => stream.callers.length > 0);
    stream.say({ type: 'command', command: aCommand({ commandLine: 'before' }) });
    await until(() => stdout.includes('before'));
    await stream.close();
    await until(() => stderr.includes('trying again'));
    await stream.open();
    await until(() => stderr.includes('connected again'));
    stream.say({ type: 'command', command: aCommand({ commandLine: 'after' }) });
    await until(() => stdout.includes('after'));
    ended.abort();
    expect((await running).status).toBe(0);
    expect(stderr.match(/trying again/g)).toHaveLength(1);
    expect(stderr).toMatch(/whoran commands --since 20\d\d-/);
    expect(new Set(stream.asked)).toEqual(new Set(['/api/v1/tail?namespace=payments']));
  });

  it('tells what it was too slow for, and keeps columns aligned', async () => {
    const running = tail();
    await until(() => stdout !== '');
    stream.say({ type: 'dropped', count: 7 });
    stream.say({ type: 'command', command: aCommand() });
    stream.say({ type: 'command', command: aCommand({ user: { name: 'bob', groups: [] } }) });
    await until(() => stdout.split('\n').length > 3);
    ended.abort();
    expect((await running).status).toBe(0);
    expect(stderr).toBe('7 commands were left out: this reader was too slow for them\n');
    const [header = '', ...rows] = stdout.trimEnd().split('\n');
    for (const row of rows) expect(row.indexOf('cat')).toBe(header.indexOf('COMMAND'));
  });

  it('closes its JSON array when it is ended', async () => {
    const running = tail('-o', 'json');
    await until(() => stream.callers.length > 0);
    stream.say({ type: 'command', command: aCommand() });
    await until(() => stdout !== '');
    ended.abort();
    await running;
    expect(JSON.parse(stdout)).toEqual([aCommand()]);
  });

  it('gives up when it is no longer let in', async () => {
    const running = tail();
    await until(() => stdout !== '');
    await stream.close();
    await stream.open(401);
    expect((await running).status).toBe(1);
    expect(stderr).toContain('needs a token');
  });

  it('gives up at once when the service is not there', async () => {
    await stream.close();
    expect((await tail()).status).toBe(1);
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('nothing listens there')]);
  });
});
