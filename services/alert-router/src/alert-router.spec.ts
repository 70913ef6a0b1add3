import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type Alert, type AttributedEvent, type DeadLetter, check, decode, parseJson, topics } from '@whoran/contracts';
import { ConfigInvalid, VirtualClock } from '@whoran/kernel';
import { LineWriter } from '@whoran/outputs';
import { type ServiceInSpec, anAttributedEvent, startForSpec } from '@whoran/testing';
import { type AlertRouterConfig, alertRouter } from './index.ts';

const SECRET = 'T0P-SECRET';
let folder: string;
let server: Server;
let url: string;
let requests: { key: string; body: { rule: string; output_fields: Record<string, unknown> } }[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let clock: VirtualClock;
let bus: InProcessBus;
let running: ServiceInSpec[];
let alerts: Alert[];
let letters: DeadLetter[];
let lines: string[];

class Lines extends LineWriter {
  override async write(line: string): Promise<void> {
    lines.push(line);
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alert-router-'));
  [requests, alerts, letters, lines, running] = [[], [], [], [], []];
  clock = new VirtualClock(Date.parse('2026-01-01T10:00:00Z'));
  bus = new InProcessBus(clock);
  await bus.subscribe({ group: 'a', topic: topics.alerts, handle: async (batch) => void alerts.push(...batch) });
  await bus.subscribe({ group: 'd', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString());
      const key = decodeURIComponent(String(request.headers['idempotency-key']));
      requests.push({ key, body: (body.ok ? body.value : {}) as never });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${SECRET}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await Promise.all(running.map(({ service }) => stop(service)));
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function start(config: Partial<AlertRouterConfig> = {}): Promise<ServiceInSpec> {
  const started = await startForSpec(alertRouter, { port: 0, stdout: new Lines(), ...config }, { clock, bus });
  running.push(started);
  return started;
}

/** Stops a service while its clock goes on. */
async function stop(service: ServiceInSpec['service']): Promise<boolean> {
  const stopping = service.stop();
  let done = false;
  void stopping.then(() => (done = true));
  await until(() => done, 500);
  return stopping;
}

/** Lets virtual time pass, a little for each turn of the real loop, until something is so. */
async function until(condition: () => boolean | Promise<boolean>, step = 0): Promise<void> {
  const limit = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error('did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
    clock.advanceTo(clock.now() + step);
  }
}

const routes = (text: string): string => {
  const path = join(folder, 'routes.yaml');
  writeFileSync(path, text);
  return path;
};
const toWebhook = (queue = '') =>
  routes(`route: { receiver: hook }\nreceivers:\n  - { name: hook, ${queue} webhook: { url: '${url}', timeout: 60s } }\n`);
const anEvent = (id: string, whoran: Partial<AttributedEvent['whoran']> = {}, different: Partial<AttributedEvent> = {}): AttributedEvent =>
  anAttributedEvent({ rule: 'Terminal shell', priority: 'Notice', tags: [], ...different }, { id, ...whoran });
const publish = (...events: AttributedEvent[]) => bus.publish(topics.attributedEvents, events);
const metricsOf = async ({ service }: ServiceInSpec) => (await fetch(`${service.url}/metrics`)).text();
/** Waits until so many attempts have failed. */
const untilRetries = (router: ServiceInSpec, count: number) =>
  until(async () =>
    (await metricsOf(router)).includes(`whoran_router_attempts_total{kind="webhook",outcome="retry",service="alert-router"} ${count}\n`),
  );
const pass = (time: number) => clock.advanceTo(clock.now() + time);

describe('the alert router', () => {
  it('without a routes file writes to standard output what is urgent enough, once, and publishes it', async () => {
    const router = await start();
    await publish(anAttributedEvent({}, { id: 'lineage' }), anEvent('a'), anEvent('low', {}, { priority: 'Informational' }), anEvent('a'));
    await publish(anEvent('own', {}, { source: 'whoran', priority: 'Debug' }));
    await until(() => lines.length === 2 && alerts.length === 2);
    await bus.idle();
    expect(lines).toEqual([expect.stringContaining('user=jane@example.com'), expect.stringContaining('Debug')]);
    expect(alerts.map((alert) => alert.whoran.id)).toEqual(['a/Terminal shell', 'own/Terminal shell']);
    expect(alerts.every((alert) => check(topics.alerts.schema, alert).ok)).toBe(true);
    const metrics = await metricsOf(router);
    for (const [outcome, count] of Object.entries({ notify: 2, lineage: 1, 'below-priority': 1, duplicate: 1 })) {
      expect(metrics).toMatch(new RegExp(`whoran_router_alerts_total\\{outcome="${outcome}",.*\\} ${count}\\n`));
    }
  });

  it('follows up once when the user becomes known', async () => {
    answer = (response) => response.end();
    await start({ routesFile: toWebhook() });
    const none = { evidence: 'none', reason: 'lineage-lost' } as const;
    await publish(anEvent('a', { revision: 0, attribution: none }));
    await until(() => requests.length === 1);
    await publish(anEvent('a', { revision: 1, attribution: none }), anEvent('a', { revision: 2 }), anEvent('a', { revision: 3 }));
    await until(() => requests.length === 2);
    await bus.idle();
    expect(requests.map(({ key, body }) => [key, body.output_fields['whoran.alert.update']])).toEqual([
      [expect.stringMatching(/a\/Terminal shell\/0$/), undefined],
      [expect.stringMatching(/a\/Terminal shell\/2$/), true],
    ]);
    expect(alerts.map(({ whoran: { revision, update, receivers } }) => [revision, update, receivers])).toEqual([
      [0, undefined, ['hook']],
      [2, true, ['hook']],
    ]);
  });

  it('tries again after 503, a hang and a broken connection, with the same key', async () => {
    const answers: (typeof answer)[] = [
      (response) => response.writeHead(503).end(),
      () => {},
      (response) => response.socket?.destroy(),
      (response) => response.end(),
    ];
    answer = (response, request) => answers.shift()?.(response, request);
    const router = await start({ routesFile: toWebhook() });
    await publish(anEvent('a'));
    await untilRetries(router, 1);
    pass(1_000);
    await until(() => requests.length === 2);
    pass(60_000);
    await untilRetries(router, 2);
    pass(2_000);
    await untilRetries(router, 3);
    pass(4_000);
    await until(() => requests.length === 4);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
    await until(async () =>
      (await metricsOf(router)).includes('whoran_router_deliveries_total{receiver="hook",kind="webhook",outcome="delivered"'),
    );
    const metrics = await metricsOf(router);
    expect(metrics).toMatch(/whoran_router_attempts_total\{kind="webhook",outcome="retry",.*\} 3\n/);
    expect(metrics).toMatch(/whoran_router_queue_length\{receiver="hook",.*\} 0\n/);
    expect(letters).toEqual([]);
  });

  it('waits as long as Retry-After asks for', async () => {
    const times: number[] = [];
    answer = (response) => {
      times.push(clock.now());
      if (times.length === 1) response.writeHead(429, { 'retry-after': '60' }).end();
      else response.end();
    };
    const router = await start({ routesFile: toWebhook() });
    await publish(anEvent('a'));
    await untilRetries(router, 1);
    await until(() => times.length === 2, 250);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  it('keeps what is refused or takes too long as a dead letter, whole and without secrets', async () => {
    answer = (response, request) => response.writeHead(requests.at(-1)?.body.rule === 'Bad' ? 400 : 503).end(`at ${request.url}`);
    await start({ routesFile: toWebhook('queue: { deadline: 3s },') });
    await publish(anEvent('a', {}, { rule: 'Bad' }), anEvent('b', {}, { rule: 'Late' }));
    await until(() => letters.length === 2, 20);
    expect(letters).toEqual([
      expect.objectContaining({
        stage: 'alert-router',
        reason: 'refused',
        attempts: 1,
        error: expect.stringContaining('answered 400: at '),
      }),
      expect.objectContaining({ stage: 'alert-router', reason: 'expired', error: expect.stringContaining('answered 503') }),
    ]);
    for (const letter of letters) {
      expect(check(topics.deadLetters.schema, letter).ok).toBe(true);
      expect(JSON.stringify(letter)).not.toContain(SECRET);
    }
    const kept = decode(topics.notifications, letters[0]?.payload ?? '');
    expect(kept.ok ? kept.value.alerts : kept.error).toEqual(alerts.filter(({ rule }) => rule === 'Bad'));
  });

  it('delays neither another receiver nor its topic for one that hangs, and keeps what finds no room', async () => {
    answer = () => {};
    await start({
      routesFile: routes(`
route: { receiver: out, routes: [{ receiver: hook, continue: true }, { receiver: out }] }
receivers: [{ name: out, stdout: {} }, { name: hook, queue: { size: 5, concurrency: 1 }, webhook: { url: '${url}' } }]`),
    });
    await publish(...Array.from({ length: 200 }, (_, index) => anEvent(`e${index}`)));
    await bus.idle();
    await until(() => lines.length === 200);
    expect(alerts).toHaveLength(200);
    await until(() => letters.length === 195);
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['queue-full']));
    expect(new Set(letters.map(({ id }) => id)).size).toBe(195);
  });

  it('tries a dead letter again at the receiver that did not get it, and at no other, with the former key', async () => {
    answer = (response) => response.writeHead(400).end();
    await start({
      routesFile: routes(`
route: { receiver: out, routes: [{ receiver: hook, continue: true }, { receiver: out }] }
receivers: [{ name: out, stdout: {} }, { name: hook, webhook: { url: '${url}' } }]`),
    });
    await publish(anEvent('a'));
    await until(() => letters.length === 1 && lines.length === 1);
    const { id: letter, stage, origin, reason, payload } = letters.pop() as DeadLetter;
    const replay = { letter, stage, origin, reason, payload, requestedBy: 'ana', time: '2026-01-01T11:00:00Z' };
    await bus.publish(topics.replays, [
      { ...replay, attempt: 1 },
      { ...replay, attempt: 2, origin: { ...origin, endpoint: 'receivers/gone' } },
    ]);
    await until(() => letters.length === 2);
    expect(letters).toEqual([
      expect.objectContaining({ id: letter, stage, origin, reason: 'refused', replay: 1 }),
      expect.objectContaining({ id: letter, reason: 'no-receiver', error: expect.stringContaining('no receiver gone'), replay: 2 }),
    ]);
    answer = (response) => response.end();
    await bus.publish(topics.replays, [{ ...replay, attempt: 3 }]);
    await bus.idle();
    expect(requests.map(({ key }) => key)).toEqual(Array(3).fill(expect.stringMatching(/a\/Terminal shell\/0$/)));
    expect([letters.length, lines.length]).toEqual([2, 1]);
  });

  it('drains at shutdown and keeps what remains', async () => {
    answer = (response) => (requests.length === 1 ? response.end() : undefined);
    const { service } = await start({ routesFile: toWebhook('queue: { concurrency: 1 },'), drainTimeout: 1_000 });
    await publish(anEvent('a'), anEvent('b'), anEvent('c'));
    await until(() => requests.length === 2);
    expect(await stop(service)).toBe(true);
    await bus.idle();
    expect(letters.map(({ reason, payload }) => [reason, /"eventId":"(\w)"/.exec(payload)?.[1]]).sort()).toEqual([
      ['delivery-failed', 'b'],
      ['delivery-failed', 'c'],
    ]);
  });
});

describe('the routes file', () => {
  it('keeps the service from starting when it is wrong', async () => {
    await expect(start({ routesFile: routes('route: { receiver: nobody }\nreceivers: [{ name: a, stdout: {} }]') })).rejects.toThrow(
      ConfigInvalid,
    );
    await expect(start({ routesFile: join(folder, 'missing') })).rejects.toThrow(
      /WHORAN_ROUTER_ROUTES_FILE: names a file that cannot be read/,
    );
  });

  it('is read again when it changes; a wrong one is told and the former stays', async () => {
    answer = (response) => response.end();
    const router = await start({ routesFile: routes('route: { receiver: out }\nreceivers: [{ name: out, stdout: {} }]') });
    const reload = () => pass(5_000);
    routes('route: { receiver: out }\nreceivers: [{ name: out, stdout: {}, typo: 1 }]');
    reload();
    expect(await metricsOf(router)).toMatch(/whoran_router_routes_valid\{.*\} 0\n/);
    await publish(anEvent('a'));
    await until(() => lines.length === 1);

    toWebhook();
    reload();
    expect(await metricsOf(router)).toMatch(/whoran_router_routes_valid\{.*\} 1\n/);
    await publish(anEvent('b'));
    await until(() => requests.length === 1);
    expect(lines).toHaveLength(1);
  });

  it('may add and remove receivers while it runs: what waits for one that is gone is kept, and it may come back', async () => {
    answer = (response) => response.writeHead(503).end();
    const two = (names: string) => `route: { receiver: out${names === 'out' ? '' : ', routes: [{ receiver: hook }]'} }
receivers: [{ name: out, stdout: {} }${names === 'out' ? '' : `, { name: hook, webhook: { url: '${url}' } }`}]`;
    await start({ routesFile: routes(two('both')), drainTimeout: 10_000 });
    await publish(anEvent('a'));
    await until(() => requests.length === 1);
    routes(two('out'));
    pass(5_000);
    await publish(anEvent('b'));
    await until(() => lines.length === 1);
    await until(() => letters.length === 1, 100);
    expect(letters[0]).toMatchObject({ reason: 'expired', origin: { endpoint: 'receivers/hook' } });

    answer = (response) => response.end();
    routes(two('both'));
    pass(5_000);
    const before = requests.length;
    await until(async () => {
      await publish(anEvent(`c${clock.now()}`));
      return requests.length > before;
    }, 100);
    expect(requests.slice(before).every(({ key }) => /\bc\d+\/Terminal shell\/0$/.test(key))).toBe(true);
  });

  it('is read again when a file it names changes: what waits goes to the new address', async () => {
    answer = (response) => response.end();
    const urlFile = join(folder, 'url');
    writeFileSync(urlFile, 'http://127.0.0.1:1/');
    await start({ routesFile: routes(`route: { receiver: hook }\nreceivers: [{ name: hook, webhook: { url_file: ${urlFile} } }]`) });
    await publish(anEvent('a'));
    await until(() => clock.now() > Date.parse('2026-01-01T10:00:04Z'), 50);
    expect(requests).toEqual([]);
    writeFileSync(urlFile, `${url}\n`);
    await until(() => requests.length === 1, 50);
  });
});
