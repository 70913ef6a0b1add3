import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer as createTlsServer } from 'node:tls';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { generateKey, issueDevelopmentCertificates } from '@whoran/keyring';
import { checkWebhook } from '../checks/webhook.ts';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const doctor = async (...argv: readonly string[]) => {
  const { status, stdout } = await runInSpec(['doctor', '--offline', ...argv, '-o', 'json']);
  const checks = JSON.parse(stdout) as { name: string; status: string; message: string; fix?: string }[];
  return { status, checks };
};

describe('whoran doctor with files', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'whoran-'));
  });
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };

  it('finds keys that others can read, or none', async () => {
    const keys = join(dir, 'keys');
    mkdirSync(keys);
    expect(await doctor('--keys-dir', keys)).toMatchObject({
      status: 1,
      checks: [{ name: 'keys', status: 'fail', fix: `whoran keys generate --dir ${keys}` }],
    });
    const { kid } = generateKey(keys);
    expect(await doctor('--keys-dir', keys)).toMatchObject({ status: 0, checks: [{ status: 'ok' }, { status: 'ok' }] });
    chmodSync(join(keys, `${kid}.key.pem`), 0o640);
    expect((await doctor('--keys-dir', keys)).checks[1]).toMatchObject({
      name: 'key-permissions',
      status: 'fail',
      message: expect.stringContaining('0640'),
    });
    expect(await doctor('--keys-dir', join(dir, 'missing'))).toMatchObject({ status: 1 });
  });

  it('looks at certificates, in a file and as they are served', async () => {
    const { certFile, keyFile } = await issueDevelopmentCertificates(join(dir, 'tls'), ['127.0.0.1']);
    const inFile = await doctor('--tls-cert', certFile);
    expect(inFile.checks.every(({ status, message }) => status === 'ok' && message.includes('expires in 36'))).toBe(true);
    const server = createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await doctor('--webhook', address)).toMatchObject({ status: 0, checks: [{ name: 'certificate', status: 'ok' }] });
    await new Promise((resolve) => server.close(resolve));
    expect(await doctor('--webhook', address)).toMatchObject({
      status: 1,
      checks: [{ message: expect.stringContaining('cannot reach the webhook') }],
    });
    expect(await doctor('--webhook', 'http://x')).toMatchObject({
      status: 1,
      checks: [{ message: expect.stringContaining('no https address') }],
    });
  });

  it('does not wait for a webhook that says nothing', async () => {
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [check] = await checkWebhook(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, Date.now(), 50);
    expect(check).toMatchObject({ status: 'fail', message: expect.stringContaining('no answer for 0.05 s') });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['is not there', '/nonexistent', 'cannot be read'],
    ['is a folder', tmpdir(), 'cannot be read'],
  ])('says which file %s', async (_what, path, message) => {
    const options = ['--falco-config', '--falco-rules', '--audit-policy', '--tls-cert'].flatMap((option) => [option, path]);
    const { status, checks } = await doctor(...options);
    expect([status, checks.map((check) => check.status)]).toEqual([1, ['fail', 'fail', 'fail', 'fail']]);
    expect(checks.find(({ name }) => name === 'audit-policy')?.message).toContain(message);
  });

  it('takes a file that is no YAML, or hostile, for what it is', async () => {
    const bad = file('bad.yaml', 'a: [\u0007');
    const { checks } = await doctor('--falco-config', bad, '--falco-rules', bad, '--audit-policy', bad);
    expect(checks.map(({ status }) => status)).toEqual(['fail', 'fail', 'fail']);
    const { stdout } = await runInSpec(['doctor', '--offline', '--audit-policy', file('\u001b[31mx.yaml', 'kind: Pod')]);
    expect(stdout).toContain('\\x1b[31mx.yaml is no audit policy');
  });

  it('knows the rule file when it looks at falco.yaml', async () => {
    const rules = file(
      'my_rules.yaml',
      '- rule: a\n  condition: evt.type in (execve, execveat) and evt.res=SUCCESS\n  output: "%proc.pid"\n',
    );
    const config = file('falco.yaml', 'rules_files: [/etc/falco/my_rules.yaml]\n');
    const { checks } = await doctor('--falco-config', config, '--falco-rules', rules);
    expect(checks.find(({ name }) => name === 'rules-files')).toMatchObject({ status: 'ok' });
    expect(checks.find(({ name }) => name === 'fields')?.message).not.toContain('proc.pid,');
    expect(checks.find(({ name }) => name === 'lineage-forks')).toMatchObject({ status: 'fail' });
  });

  it('finds nothing wrong with the files that whoran comes with', async () => {
    const shipped = (path: string) => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
    const { status, checks } = await doctor(
      ...['--falco-config', shipped('falco/falco.yaml.snippet'), '--falco-rules', shipped('falco/whoran-rules.yaml')],
      ...['--audit-policy', shipped('kubernetes/audit-policy.yaml')],
    );
    expect(checks.filter((check) => check.status !== 'ok')).toEqual([]);
    expect([status, checks.length]).toEqual([0, 13]);
  });

  it('asks nobody without the service, and says so when it is not there', async () => {
    const { status, stdout } = await runInSpec([
      'doctor',
      '--server',
      'http://whoran.invalid',
      '--audit-policy',
      file('p.yaml', 'kind: Pod'),
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fail {5}forensics: cannot reach http:\/\/whoran.invalid/);
    expect(stdout).toContain('p.yaml is no audit policy');
    expect(stdout).toContain('2 fail');
  });
});
