import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Bus } from '@whoran/bus';
import { InFlight } from '@whoran/ingest';
import { DependencyUnavailable } from '@whoran/kernel';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { type ServiceInSpec, anAuditEvent, startForSpec } from '@whoran/testing';
import { auditIngester } from './audit-ingester.service.ts';

const TOKEN = 'token-of-test-0123456789';
const OTHER = 'token-of-other-012345678';
const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const credentialsFile = join(folder, 'credentials.yaml');
writeFileSync(credentialsFile, `clusters: {test: {tokens: [${TOKEN}], clientCertificates: [kube-apiserver]}, other: {tokens: [${OTHER}]}}`);
afterAll(() => rmSync(folder, { recursive: true }));

const list = (...items: unknown[]) => JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
const good = () => {
  const { whoran: _, ...event } = anAuditEvent();
  return event;
};

describe('an audit ingester whose bus is away or slow', () => {
  it('answers 503 with Retry-After until the bus is back', async () => {
    const running = await startForSpec(auditIngester, { port: 0, credentialsFile });
    const bus = running.service.app.get(Bus);
    const publish = bus.publish.bind(bus);
    const post = () =>
      fetch(`${running.service.url}/clusters/test/audit`, {
        method: 'POST',
        body: list(good()),
        headers: { authorization: `Bearer ${TOKEN}` },
      });
    bus.publish = () => Promise.reject(new DependencyUnavailable('the bus is away'));
    const answer = await post();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    bus.publish = publish;
    expect((await post()).status).toBe(200);
    await running.service.stop();
  });

  it('answers 503 when too much is in flight, and makes room when work is done or a sender goes away', async () => {
    const running = await startForSpec(auditIngester, { port: 0, credentialsFile, maxInFlightRequests: 2 });
    const bus = running.service.app.get(Bus);
    const waiting: (() => void)[] = [];
    bus.publish = () => new Promise<void>((resolve) => waiting.push(resolve));
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };
    const post = (signal?: AbortSignal) =>
      fetch(`${running.service.url}/clusters/test/audit`, {
        method: 'POST',
        body: list({ ...good(), verb: 'list' }),
        headers: { authorization: `Bearer ${TOKEN}` },
        ...(signal ? { signal } : {}),
      });
    const leaving = new AbortController();
    const first = post();
    const second = post(leaving.signal).catch((error: unknown) => error);
    await until(() => waiting.length === 2);
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
      503,
      '1',
      { error: { message: expect.stringContaining('in flight') } },
    ]);
    leaving.abort();
    await second;
    expect((await post()).status).toBe(503);
    waiting.forEach((resolve) => resolve());
    expect((await first).status).toBe(200);

    const { port } = new URL(running.service.url);
    for (let attempt = 0; attempt < 3; attempt += 1) await breakOff(Number(port));
    bus.publish = async () => {};
    await until(() => inFlightOf(running).requests === 0);
    expect(await Promise.all([post(), post()]).then((answers) => answers.map(({ status }) => status))).toEqual([200, 200]);
    await running.service.stop();
  });
});

/** Sends the head of a request and half of its body, and goes away. */
function breakOff(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /clusters/test/audit HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: 1000\r\n\r\nhalf`,
        () => setTimeout(() => socket.destroy(), 50),
      );
    });
    socket.on('close', () => resolve());
  });
}

function inFlightOf(running: ServiceInSpec): { requests: number } {
  return running.service.app.get(InFlight).held();
}

describe('over TLS', () => {
  it('knows an API server by its client certificate', async () => {
    const files = await issueDevelopmentCertificates(join(folder, 'tls'), ['127.0.0.1']);
    const running = await startForSpec(auditIngester, {
      port: 0,
      credentialsFile,
      tlsCertFile: files.certFile,
      tlsKeyFile: files.keyFile,
      tlsClientCaFile: files.caFile,
    });
    const foreign = await issueDevelopmentCertificates(join(folder, 'foreign'), ['127.0.0.1']);
    const post = (cluster: string, certificate?: { clientCertFile: string; clientKeyFile: string }) =>
      new Promise<number | undefined>((resolve, reject) => {
        const identity = certificate
          ? { cert: readFileSync(certificate.clientCertFile), key: readFileSync(certificate.clientKeyFile) }
          : {};
        const sent = request(
          `${running.service.url}/clusters/${cluster}/audit`,
          { method: 'POST', ca: readFileSync(files.caFile), agent: false, ...identity },
          (answer) => {
            answer.resume();
            answer.on('end', () => resolve(answer.statusCode));
          },
        );
        sent.on('error', reject);
        sent.end(list(good()));
      });
    expect(await post('test', files)).toBe(200);
    expect(await post('other', files)).toBe(403);
    expect(await post('test')).toBe(401);
    expect(await post('test', foreign)).toBe(401);
    await running.service.stop();
  });
});
