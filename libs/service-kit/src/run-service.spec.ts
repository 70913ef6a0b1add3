import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A whole service in a few lines; its intake hangs for ever when asked to. */
const program = `
import { Controller, Get } from '@nestjs/common';
import { InProcessBus } from '@whoran/bus';
import { DependencyUnavailable } from '@whoran/kernel';
import { CommonConfig, Setting, Shutdown, runService } from '@whoran/service-kit';
class Config extends CommonConfig {}
Setting({ env: 'WHORAN_DEMO_PORT', kind: 'integer', about: 'x' })(Config.prototype, 'port');
Config.prototype.port = 0;
class Demo { hang() { return new Promise(() => {}); } }
Get('hang')(Demo.prototype, 'hang', Object.getOwnPropertyDescriptor(Demo.prototype, 'hang'));
const connect = async ({ clock }) => {
  if (process.env.AWAY) throw new DependencyUnavailable('no broker answers');
  return new InProcessBus(clock);
};
Controller()(Demo);
const providers = [{ provide: 'stubborn', inject: [Shutdown], useFactory: (shutdown) => process.env.STUBBORN && shutdown.add('stubborn', () => new Promise(() => {}), 300) }];
void runService({ name: 'demo', config: Config, module: () => ({ module: class M {}, controllers: [Demo], providers }), http: (c) => ({ host: c.host, port: c.port, bodyLimit: 10 }) }, connect);
`;

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));
jest.setTimeout(60_000);

function run(env: Readonly<Record<string, string>>) {
  const register = `${root}tools/register/register.mjs`;
  const args = ['--import', register, '--input-type=module', '--eval', program];
  const started = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], WHORAN_KAFKA_BROKERS: 'kafka:9092', ...env },
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

  it('starts while the brokers are away, says so where Kubernetes asks, and ends as soon as it is told to', async () => {
    const { started, out, exit, listens } = run({ AWAY: '1' });
    const url = await listens;
    const [ready, live] = await Promise.all([fetch(`${url}/readyz`), fetch(`${url}/livez`)]);
    expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
    expect([ready.status, await ready.text()]).toEqual([503, 'bus: not connected yet: no broker answers\n']);
    started.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(out.stderr).toContain('"event":"bus.waiting"');
  });

  it('ends at once on a second signal', async () => {
    const { started, exit, listens } = run({ WHORAN_STOP_GRACE: '10s' });
    await listens;
    const began = performance.now();
    started.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    started.kill('SIGTERM');
    expect(await exit).toBe(1);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('ends with 78 without brokers, beside every other problem', async () => {
    const { out, exit } = run({ WHORAN_KAFKA_BROKERS: '', WHORAN_TYPO: '1' });
    expect(await exit).toBe(78);
    expect(out.stderr).toMatch(/^WHORAN_KAFKA_BROKERS: must be set: .*\n^WHORAN_TYPO: is not a setting/m);
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
