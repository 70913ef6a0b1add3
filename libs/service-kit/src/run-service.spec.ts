import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type ServiceProcess, runProgram } from './spec-support/service-process.ts';

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

let service: ServiceProcess | undefined;
afterEach(() => service?.signal('SIGKILL'));
jest.setTimeout(60_000);

function run(env: Readonly<Record<string, string>>): ServiceProcess {
  service = runProgram(program, { WHORAN_KAFKA_BROKERS: 'kafka:9092', ...env });
  return service;
}

describe('a process', () => {
  it('ends with 0 on SIGTERM, soon, although a request hangs', async () => {
    const running = run({});
    const url = await running.url;
    const hanging = fetch(`${url}/hang`).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    running.signal('SIGTERM');
    expect([await running.exit, await hanging]).toEqual([0, 'cut']);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(running.lines).toEqual([]);
    for (const line of running.log().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info', service: 'demo' });
  });

  it('ends with 1 on SIGINT when a step did not end in time, and says which', async () => {
    const running = run({ STUBBORN: '1' });
    await running.url;
    running.signal('SIGINT');
    expect(await running.exit).toBe(1);
    expect(running.log()).toContain('"step":"stubborn"');
  });

  it('starts while the brokers are away, says so where Kubernetes asks, and ends as soon as it is told to', async () => {
    const running = run({ AWAY: '1' });
    const url = await running.url;
    const [ready, live] = await Promise.all([fetch(`${url}/readyz`), fetch(`${url}/livez`)]);
    expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
    expect([ready.status, await ready.text()]).toEqual([503, 'bus: not connected yet: no broker answers\n']);
    running.signal('SIGTERM');
    expect(await running.exit).toBe(0);
    expect(running.log()).toContain('"event":"bus.waiting"');
  });

  it('ends at once on a second signal', async () => {
    const running = run({ WHORAN_STOP_GRACE: '10s' });
    await running.url;
    const began = performance.now();
    running.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.signal('SIGTERM');
    expect(await running.exit).toBe(1);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('ends with 78 without brokers, beside every other problem', async () => {
    const running = run({ WHORAN_KAFKA_BROKERS: '', WHORAN_TYPO: '1' });
    expect(await running.exit).toBe(78);
    expect(running.log()).toMatch(/^WHORAN_KAFKA_BROKERS: must be set: .*\n^WHORAN_TYPO: is not a setting/m);
  });

  it('ends with 78 when settings are wrong: a line for each, and no value', async () => {
    const running = run({ WHORAN_DEMO_PORT: 'hunter2', WHORAN_LOG_LEVEL: 'hunter3', WHORAN_TYPO: 'hunter4' });
    expect(await running.exit).toBe(78);
    expect(running.log().trim().split('\n')).toEqual([
      'demo: cannot start',
      'WHORAN_DEMO_PORT: must be a whole number',
      'WHORAN_LOG_LEVEL: must be one of the following values: error, warn, info, debug, silent',
      'WHORAN_TYPO: is not a setting of this service; see docs/settings.md',
    ]);
  });
});
