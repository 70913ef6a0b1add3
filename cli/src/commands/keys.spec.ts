import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const json = async (...argv: readonly string[]) =>
  JSON.parse((await runInSpec(['keys', ...argv, '-o', 'json'])).stdout) as { kid: string; state: string }[];

describe('whoran keys', () => {
  let dir = '';
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'whoran-')), 'keys');
  });

  it('makes keys, lists them, and retires one', async () => {
    expect(await runInSpec(['keys', 'list', '--dir', dir])).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('whoran keys generate'),
    });
    const [first] = await json('generate', '--dir', dir);
    expect(first?.state).toBe('active');
    const [second] = await json('generate', '--dir', dir);
    expect(second?.state).toBe('standby');
    const { stdout } = await runInSpec(['keys', 'list', '--dir', dir]);
    expect(stdout).toMatch(/^KID +STATE +CREATED \(UTC\) +FINGERPRINT\n/);
    expect(stdout).toMatch(/ active .* SHA256:/);
    expect((await json('retire', String(first?.kid), '--dir', dir))[0]?.state).toBe('retired');
    expect((await json('list', '--dir', dir)).map(({ state }) => state).sort()).toEqual(['active', 'retired']);
    const privateKeys = readdirSync(dir).filter((name) => name.endsWith('.key.pem'));
    expect(privateKeys).toEqual([`${second?.kid}.key.pem`]);
    expect(statSync(join(dir, String(privateKeys[0]))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a key that is not there', 'k2', 1, 'there is no key k2'],
    ['what cannot be a key', '../etc/passwd', 2, 'cannot be the name of a key'],
  ])('does not retire %s', async (_what, kid, status, message) => {
    await json('generate', '--dir', dir);
    expect(await runInSpec(['keys', 'retire', kid, '--dir', dir])).toEqual({
      status,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it('keeps the last private key unless it is forced', async () => {
    const [key] = await json('generate', '--dir', dir);
    const kid = String(key?.kid);
    expect((await runInSpec(['keys', 'retire', kid, '--dir', dir])).stderr).toContain('--force');
    expect((await runInSpec(['keys', 'retire', kid, '--dir', dir, '--force'])).status).toBe(0);
    expect((await runInSpec(['keys', 'retire', kid, '--dir', dir])).stderr).toContain('retired already');
  });

  it('names files that are no keys, and folders that cannot be used', async () => {
    await json('generate', '--dir', dir);
    writeFileSync(join(dir, 'bad.pub.pem'), 'no key');
    expect((await runInSpec(['keys', 'list', '--dir', dir])).stderr).toContain('bad.pub.pem');
    const file = join(dir, 'bad.pub.pem');
    expect(await runInSpec(['keys', 'generate', '--dir', join(file, 'x')])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('cannot be used'),
    });
  });
});
