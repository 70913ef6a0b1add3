import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { issueDevelopmentCertificates } from '@whoran/keyring';

const DAY = 86_400_000;
let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'certificates-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('makes a chain that TLS accepts in both directions, for names and addresses', async () => {
  const files = await issueDevelopmentCertificates(dir, ['localhost', 'whoran.whoran.svc', '127.0.0.1', '::1']);
  const read = (file: string) => readFileSync(file);
  const server = createServer(
    { cert: read(files.certFile), key: read(files.keyFile), ca: read(files.caFile), requestCert: true, rejectUnauthorized: true },
    (request, response) =>
      response.end((request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate().subject.CN),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<string>((resolve, reject) => {
    const client = { ca: read(files.caFile), cert: read(files.clientCertFile), key: read(files.clientKeyFile), agent: false as const };
    get(`https://127.0.0.1:${port}/`, client, (response) => response.setEncoding('utf8').once('data', resolve)).once('error', reject);
  });
  server.close();
  expect(answer).toBe('kube-apiserver');
  const certificate = new X509Certificate(read(files.certFile));
  expect(certificate.checkHost('whoran.whoran.svc')).toBe('whoran.whoran.svc');
  expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);
});

it('makes them once, and again when they are about to expire or a host is missing', async () => {
  const now = Date.now();
  const serial = async (hosts: string[], at: number) =>
    new X509Certificate(readFileSync((await issueDevelopmentCertificates(dir, hosts, at)).certFile)).serialNumber;
  const first = await serial(['localhost', '127.0.0.1', '::1'], now);
  expect(await serial(['localhost', '::1'], now + 300 * DAY)).toBe(first);
  const second = await serial(['localhost'], now + 340 * DAY);
  expect(second).not.toBe(first);
  expect(await serial(['localhost', 'other'], now + 340 * DAY)).not.toBe(second);
});
