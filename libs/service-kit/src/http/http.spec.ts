import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { InProcessBus } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { ConfigInvalid, DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { CommonConfig, Consumer, Health, type HttpOptions, On, type RunningService, SystemClock, startService } from '@whoran/service-kit';
import { anExecSession, eventually } from '@whoran/testing';

let problem: string | undefined;
let answer: (text: string) => void;

@Controller()
class Demo {
  constructor(health: Health) {
    health.add('database', () => problem);
    health.add('broken', () => {
      if (problem !== undefined) throw new Error('password=hunter2');
      return undefined;
    });
  }
  @Get('bug')
  bug(): never {
    throw new TypeError('hunter2 is not a function');
  }
  @Get('bad')
  bad(): never {
    throw new BadRequestException('the cluster is missing');
  }
  @Get('away')
  away(): never {
    throw new DependencyUnavailable('the database is away');
  }
  @Get('never')
  refused(): never {
    throw new ConfigInvalid('cannot be used');
  }
  @Get('hang')
  hang(): Promise<string> {
    return new Promise(() => {});
  }
  @Post('slow')
  slow(): Promise<string> {
    return new Promise((resolve) => {
      answer = resolve;
    });
  }
  @Post('echo')
  echo(@Body() body: Buffer): string {
    return body.toString('hex');
  }
}

let service: RunningService | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await service?.stop();
  problem = undefined;
});

async function start(http: Partial<HttpOptions> = {}): Promise<RunningService> {
  const clock = new SystemClock();
  const definition = {
    name: 'demo',
    config: CommonConfig,
    module: () => ({ module: class DemoModule {}, controllers: [Demo] }),
    http: () => ({ host: '127.0.0.1', port: 0, bodyLimit: 1000, ...http }),
  };
  service = await startService(definition, new CommonConfig(), { bus: new InProcessBus(clock), clock, logger: new SilentLogger() });
  return service;
}

/** A raw connection on which something was said, or nothing. */
async function open(url: string, text = ''): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return socket;
}

async function stopInTime(running: RunningService): Promise<void> {
  const began = performance.now();
  expect(await running.stop()).toBe(true);
  expect(performance.now() - began).toBeLessThan(5000);
}

describe('answers', () => {
  it.each([
    ['/nothing', 404, 'HTTP_404', 'Cannot GET /nothing'],
    ['/bad', 400, 'HTTP_400', 'the cluster is missing'],
    ['/away', 503, 'WHORAN_DEPENDENCY_UNAVAILABLE', 'the database is away'],
    ['/never', 422, 'WHORAN_CONFIG_INVALID', 'cannot be used'],
    ['/bug', 500, 'WHORAN_UNEXPECTED', 'an internal error; the log of the service has it'],
    ['/%E0%A4%A', 400, 'FST_ERR_BAD_URL', "'/%E0%A4%A' is not a valid url component"],
  ])('%s is %i with %s', async (path, status, code, message) => {
    const { url } = await start();
    const answer = await fetch(url + path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    expect(await answer.json()).toEqual({ error: { code, message } });
  });

  it('has the bytes of a body whatever its type says, and refuses a large one', async () => {
    const { url } = await start();
    const body = new Uint8Array([0, 255, 254, 123]);
    for (const type of ['application/json', 'text/plain', 'application/x-protobuf']) {
      const answer = await fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': type } });
      expect(await answer.text()).toBe('00fffe7b');
    }
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(413);
  });

  it('says whether it is alive and ready, and all that is wrong, without the text of a broken check', async () => {
    const { url, app } = await start();
    const get = async (path: string) => {
      const answer = await fetch(url + path);
      return [answer.status, await answer.text()];
    };
    expect([await get('/livez'), await get('/readyz')]).toEqual([
      [200, 'ok\n'],
      [200, 'ok\n'],
    ]);
    problem = 'does not answer';
    expect(await get('/readyz')).toEqual([503, 'database: does not answer\nbroken: the check itself failed\n']);
    app.get(Health).addVital('loop', () => 'stands still');
    expect(await get('/livez')).toEqual([503, 'loop: stands still\n']);
    app.get(Health).addVital('loop', () => undefined);
    app.get(Health).drain();
    problem = undefined;
    expect(await get('/readyz')).toEqual([503, 'draining: the service is stopping\n']);
    expect(await get('/livez')).toEqual([200, 'ok\n']);
  });
});

describe('connections', () => {
  it('end with the service: idle, silent, half sent, and with a request that hangs', async () => {
    const running = await start();
    const idle = await open(running.url, 'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n');
    await new Promise((resolve) => idle.once('data', resolve));
    await open(running.url);
    await open(running.url, 'GET /li');
    await open(running.url, 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    const hanging = request(`${running.url}/hang`).on('error', () => {});
    hanging.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await stopInTime(running);
  });

  it('end when what senders brought is answered', async () => {
    const running = await start();
    const slow = fetch(`${running.url}/slow`, { method: 'POST', body: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopping = stopInTime(running);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(fetch(`${running.url}/livez`)).rejects.toThrow();
    answer('taken');
    expect((await slow).headers.get('connection')).toBe('close');
    expect(await (await slow).text()).toBe('taken');
    await stopping;
  });

  it('are given up when a client takes too long to send a request', async () => {
    const server = (await start()).app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    expect(server.requestTimeout).toBe(30_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(60_000);
  });
});

describe('a start that fails', () => {
  it('says so and leaves nothing open', async () => {
    const { url } = await start();
    const seen: string[] = [];
    @Consumer()
    class Late {
      @On(topics.execSessions)
      async on(sessions: readonly ExecSession[]): Promise<void> {
        seen.push(...sessions.map(({ id }) => id));
      }
    }
    const clock = new SystemClock();
    const bus = new InProcessBus(clock);
    const config = new CommonConfig();
    const taken = {
      name: 'late',
      config: CommonConfig,
      module: () => ({ module: class LateModule {}, controllers: [Late] }),
      http: () => ({ host: '127.0.0.1', port: Number(new URL(url).port), bodyLimit: 1000 }),
    };
    await expect(startService(taken, config, { bus, clock, logger: new SilentLogger() })).rejects.toThrow('EADDRINUSE');
    await bus.publish(topics.execSessions, [anExecSession()]);
    await bus.idle();
    expect(seen).toEqual([]);
  });
});

describe('TLS', () => {
  const names = ['127.0.0.1'];
  const certificates = () => issueDevelopmentCertificates(mkdtempSync(join(tmpdir(), 'tls-')), names);

  /** The certificate that a server shows. */
  const shown = (url: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('uses new files as soon as they are there, and keeps the old ones while the new are bad', async () => {
    const { certFile, keyFile } = await certificates();
    const { url } = await start({ tls: { certFile, keyFile } });
    const before = await shown(url);
    writeFileSync(certFile, 'no certificate');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await shown(url)).toBe(before);
    const other = await certificates();
    writeFileSync(certFile, readFileSync(other.certFile));
    writeFileSync(keyFile, readFileSync(other.keyFile));
    await eventually(async () => expect(await shown(url)).not.toBe(before));
  });

  it('does not wait for clients that never say anything', async () => {
    const { certFile, keyFile } = await certificates();
    const running = await start({ tls: { certFile, keyFile } });
    await open(running.url);
    await open(running.url, '\u0016\u0003\u0001');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await stopInTime(running);
  });
});
