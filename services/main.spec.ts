import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';

const root = fileURLToPath(new URL('../', import.meta.url));
jest.setTimeout(60_000);

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', './tools/register/register.mjs', 'services/main.ts', ...args],
    {
      cwd: root,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

const NAMES = ['alert-router', 'audit-ingester', 'falco-ingester', 'forensics', 'lineage-resolver', 'webhook-mutator'];

describe('the entry of services', () => {
  it('says what it can run', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout.split('\n').map((line) => line.trim())).toEqual(expect.arrayContaining(NAMES));
  });

  it.each([
    [[], 'give the name of one service'],
    [['falco-ingester', 'forensics'], 'give the name of one service'],
    [['falco'], 'there is no service "falco"'],
    [['../cli'], 'there is no service "../cli"'],
  ])('refuses %j and says what would be right', (args, problem) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([2, '', problem]);
    expect(stderr).toContain('npm run -s service -- <name>');
  });

  it('runs a service, which says what it misses', () => {
    const { status, stderr } = run('audit-ingester');
    expect([status, stderr.split('\n')[0]]).toEqual([78, 'audit-ingester: cannot start']);
    expect(stderr).toContain('WHORAN_KAFKA_BROKERS: must be set');
  });
});
