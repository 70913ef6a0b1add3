import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A whole service in a few lines; its intake hangs for ever when asked to. */
const program = `
import { Controller, Get } from '@nestjs/common';
import { CommonConfig, Setting, Shutdown, runService } from '@whoran/service-kit';
class Config extends CommonConfig {}
Setting({ env: 'WHORAN_DEMO_PORT', kind: 'integer', about: 'x' })(Config.prototype, 'port');
Config.prototype.port = 0;
class Demo { hang() { return new Promise(() => {}); } }
Get('hang')(Demo.prototype, 'hang', Object.getOwnPropertyDescriptor(Demo.prototype, 'hang'));
Controller()(Demo);
const providers = [{ provide: 'stubborn', inject: [Shutdown], useFactory: (shutdown) => process.env.STUBBORN && shutdown.add('stubborn', () => new Promise(() => {}), 300) }];
void runService({ name: 'demo', config: Config, module: () => ({ module: class M {}, controllers: [Demo], providers }), http: (c) => ({ host: c.host, port: c.port, bodyLimit: 10 }) });
`;

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));
jest.setTimeout(60_000);

function run(env: Readonly<Record<string, string>>) {
  const register = `${root}tools/register/register.mjs`;
  const args = ['--import', register, '--input-type=module', '--eval', program];
  const started = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const out = { stdout: '', stderr: '' };
  started.stdout.on('data', (chunk) => (out.stdout += String(chunk)));
  const exit = new Promise<number | null>((resolve) => started.on('exit', resolve));
  const listens = new Promise<string>((resolve) => {
    started.stderr.on('data', (chunk) => {
      out.stderr += String(chunk);
      const url = /"url":"([^"]+)"/.exec(out.stderr)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  return { started, out, exit, listens };
}

describe('a process', () => {
  it('ends with 0 on SIGTERM, soon, although a request hangs', async () => {
    const { started, out, exit, listens } = run({});
    const url = await listens;
    const hanging = fetch(`${url}/hang`).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    started.kill('SIGTERM');
    expect([await exit, await hanging]).toEqual([0, 'cut']);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(out.stdout).toBe('');
    for (const line of out.stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info', service: 'demo' });
  });

  it('ends with 1 on SIGINT when a step did not end in time, and says which', async () => {
    const { started, out, exit, listens } = run({ STUBBORN: '1' });
    await listens;
    started.kill('SIGINT');
    expect(await exit).toBe(1);
    expect(out.stderr).toContain('"step":"stubborn"');
  });

  it('ends with 78 when settings are wrong: a line for each, and no value', async () => {
    const { out, exit } = run({ WHORAN_DEMO_PORT: 'hunter2', WHORAN_LOG_LEVEL: 'hunter3', WHORAN_TYPO: 'hunter4' });
    expect(await exit).toBe(78);
    expect(out.stderr.trim().split('\n')).toEqual([
      'demo: cannot start',
      'WHORAN_DEMO_PORT: must be a whole number',
      'WHORAN_LOG_LEVEL: must be one of the following values: error, warn, info, debug, silent',
      'WHORAN_TYPO: is not a setting of this service; see docs/settings.md',
    ]);
  });
});
