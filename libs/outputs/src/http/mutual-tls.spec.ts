import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import type { Outcome } from '@whoran/outputs';
import { presetNamed } from '../presets/spec-presets.ts';
import { attempt, openOutput } from '../spec-support/open-output.ts';

let folder: string;
let server: Server;
let url: string;
let shown: (string | undefined)[];
let files: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whoran-mtls-'));
  const made = await issueDevelopmentCertificates(folder, ['127.0.0.1', 'hooks.example.com']);
  const read = (file: string) => readFileSync(file, 'utf8');
  files = { '/ca': read(made.caFile), '/cert': read(made.clientCertFile), '/key': read(made.clientKeyFile) };
  const tls = { cert: read(made.certFile), key: read(made.keyFile), ca: read(made.caFile), requestCert: true, rejectUnauthorized: true };
  shown = [];
  server = createServer(tls, (request, response) => {
    const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
    shown.push(Array.isArray(CN) ? CN[0] : CN);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function sendWith(tls: Readonly<Record<string, string>>): Promise<Outcome> {
  const output = openOutput(presetNamed('webhook'), { url, tls }, { files });
  const outcome = await attempt(output);
  await output.close();
  return outcome;
}

describe('a receiver that asks for a certificate', () => {
  it('is shown ours', async () => {
    expect(await sendWith({ ca_file: '/ca', cert_file: '/cert', key_file: '/key' })).toEqual({ kind: 'delivered' });
    expect(shown).toHaveLength(1);
  });
  it.each([
    ['is not told without one', { ca_file: '/ca' }],
    ['is not told when its own is of an unknown authority', { cert_file: '/cert', key_file: '/key' }],
    [
      'is not told when its own is for another name',
      { ca_file: '/ca', cert_file: '/cert', key_file: '/key', server_name: 'other.example.com' },
    ],
  ])('%s', async (_, tls) => {
    shown.length = 0;
    expect(await sendWith(tls)).toMatchObject({ kind: 'retry', error: expect.stringMatching(/^POST https:\/\/127\.0\.0\.1:\d+: /) });
    expect(shown).toEqual([]);
  });
});
