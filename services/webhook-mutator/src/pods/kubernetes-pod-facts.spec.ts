import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cancel, type Millis, SilentLogger } from '@whoran/kernel';
import { Shutdown, SystemClock } from '@whoran/service-kit';
import { openKubernetesPodFacts } from './kubernetes-pod-facts.ts';
import type { LookupResult, PodFacts } from './pod-facts.ts';

const pod = (name: string, version: string, image = 'debian:12') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'payments', uid: `uid-${name}`, resourceVersion: version, labels: { app: name } },
  spec: { nodeName: 'node-a', containers: [{ name: 'main', image }], initContainers: [{ name: 'init', image: 'busybox' }] },
  status: { containerStatuses: [{ name: 'main', imageID: `${image}@sha256:1` }] },
});

/** Waits a second where five would be waited. */
class HurriedClock extends SystemClock {
  override schedule(delay: Millis, task: () => void): Cancel {
    return super.schedule(Math.min(delay, 1000), task);
  }
}

/** The three calls of the API server that are used: list by pages, watch, get. */
class FakeApiServer {
  readonly server: Server = createServer((request, response) => this.answer(request, response));
  readonly calls: string[] = [];
  watcher: ServerResponse | undefined;
  slow = false;
  failures = 0;

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    this.calls.push(`${url.pathname}${url.searchParams.has('watch') ? ' watch' : ''}`);
    if (this.failures-- > 0) return void json(500, {});
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      this.watcher = response;
    } else if (url.pathname === '/api/v1/pods') {
      const second = url.searchParams.get('continue') === 'two';
      json(200, {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '5', ...(second ? {} : { continue: 'two' }) },
        items: [second ? pod('b', '2') : pod('a', '1')],
      });
    } else {
      const name = url.pathname.split('/').at(-1) ?? '';
      if (!this.slow) void (name === 'young' ? json(200, pod(name, '9')) : json(404, { kind: 'Status', code: 404 }));
    }
  }

  emit(type: string, object: unknown): void {
    this.watcher?.write(`${JSON.stringify({ type, object })}\n`);
  }
}

describe('the pods of a cluster', () => {
  let api: FakeApiServer;
  let facts: PodFacts;
  let dir: string;
  let lookups: LookupResult[];
  let shutdown: Shutdown;

  beforeEach(async () => {
    api = new FakeApiServer();
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    dir = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    const kubeconfig = join(dir, 'config');
    const server = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    lookups = [];
    shutdown = new Shutdown(new SilentLogger());
    facts = await openKubernetesPodFacts({
      kubeconfig,
      limit: 1000,
      clock: new HurriedClock(),
      logger: new SilentLogger(),
      shutdown,
      onLookup: (result) => lookups.push(result),
    });
    await until(() => api.watcher !== undefined);
  }, 30_000); // the first run compiles the client, which is large
  afterEach(async () => {
    await shutdown.run();
    api.server.closeAllConnections();
    api.server.close();
    rmSync(dir, { recursive: true });
  });

  it('come from a list by pages and a watch, stripped to what is needed', async () => {
    expect(await facts.find('payments', 'b')).toEqual({
      uid: 'uid-b',
      node: 'node-a',
      labels: { app: 'b' },
      onlyContainer: 'main',
      windows: false,
      containers: [
        { name: 'main', image: 'debian:12', imageId: 'debian:12@sha256:1' },
        { name: 'init', image: 'busybox' },
      ],
    });
    api.emit('ADDED', pod('c', '6'));
    api.emit('MODIFIED', pod('a', '7', 'alpine'));
    api.emit('DELETED', pod('b', '8'));
    await until(async () => (await facts.find('payments', 'a'))?.containers[0]?.image === 'alpine');
    expect(await facts.find('payments', 'c')).toMatchObject({ uid: 'uid-c' });
    expect(await facts.find('payments', 'b')).toBeUndefined();
    expect(lookups.at(-1)).toBe('not-found');
  });

  it('are watched again after the watch broke', async () => {
    const { watcher } = api;
    api.watcher = undefined;
    watcher?.destroy();
    await until(() => api.watcher !== undefined);
    api.emit('ADDED', pod('c', '6'));
    await until(async () => (await facts.find('payments', 'c')) !== undefined);
    expect(lookups.at(-1)).toBe('cached');
  });

  it('are looked up once when the watch does not have them yet', async () => {
    expect(await facts.find('payments', 'young')).toMatchObject({ uid: 'uid-young' });
    expect(await facts.find('payments', 'none')).toBeUndefined();
    expect(lookups).toEqual(['fetched', 'not-found']);
    expect(api.calls.slice(-2)).toEqual(['/api/v1/namespaces/payments/pods/young', '/api/v1/namespaces/payments/pods/none']);
  });

  it('are done without when the API server is broken', async () => {
    api.failures = 1;
    expect(await facts.find('payments', 'young')).toBeUndefined();
    expect(lookups).toEqual(['error']);
  });

  it('are done without when the API server is slow', async () => {
    api.slow = true;
    expect(await facts.find('payments', 'young')).toBeUndefined();
    expect(lookups).toEqual(['timeout']);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not happen within eight seconds');
}
