import { Body, Controller, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Bus, InProcessBus, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import { type DeadLetter, type ExecSession, topics } from '@whoran/contracts';
import { Clock, DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { CommonConfig, Consumer, On, type RunningService, SystemClock, startService } from '@whoran/service-kit';

const seen: string[] = [];
const behaviour = { fail: 0, bug: '' };

@Consumer()
class Listener {
  constructor(readonly clock: Clock) {}

  @On(topics.execSessions)
  async onSessions(sessions: readonly ExecSession[]): Promise<readonly Verdict[]> {
    if (behaviour.fail-- > 0) throw new DependencyUnavailable('away');
    return sessions.map((session) => {
      if (session.id === behaviour.bug) throw new TypeError('a bug');
      seen.push(session.id);
      return session.id === 'bad' ? deadLetter('bad-session', 'it is bad') : session.id === 'skip' ? drop('skipped') : handled;
    });
  }
}

@Controller()
class Echo {
  constructor(readonly bus: Bus) {}

  @Post('echo')
  echo(@Body() body: Buffer): string {
    return String(body.length);
  }
}

const definition = {
  name: 'demo',
  config: CommonConfig,
  module: () => ({ module: class DemoModule {}, controllers: [Listener, Echo] }),
  http: () => ({ host: '127.0.0.1', port: 0, bodyLimit: 1000 }),
};

const session = (id: string): ExecSession => ({
  id,
  cluster: 'c',
  kind: 'exec',
  phase: 'requested',
  observer: 'webhook',
  revision: 0,
  user: { username: 'u', groups: [] },
  namespace: 'n',
  pod: 'p',
  injected: true,
  strategy: 'env',
  requestedAt: '2026-01-01T00:00:00Z',
});

describe('a service', () => {
  let service: RunningService;
  const clock = new SystemClock();
  const bus = new InProcessBus(clock);
  const letters: DeadLetter[] = [];
  afterEach(() => service.stop());

  it('handles topics, waits for dependencies, keeps what fails, and answers HTTP', async () => {
    service = await startService(definition, new CommonConfig(), { bus, clock, logger: new SilentLogger() });
    await bus.subscribe({ group: 'dl', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
    behaviour.fail = 1;
    behaviour.bug = 'bug';
    await bus.publish(topics.execSessions, ['one', 'bad', 'bug', 'skip', 'two'].map(session));
    await bus.idle();
    expect(new Set(seen)).toEqual(new Set(['one', 'bad', 'skip', 'two']));
    expect(letters.map((letter) => letter.reason)).toEqual(['bad-session', 'WHORAN_UNEXPECTED']);

    const post = (body: string) => fetch(`${service.url}/echo`, { method: 'POST', body, headers: { 'content-type': 'text/x' } });
    expect(await (await post('hello')).text()).toBe('5');
    const large = await post('x'.repeat(2000));
    expect([large.status, await large.json()]).toEqual([413, { error: expect.objectContaining({ code: 'HTTP_413' }) }]);
    expect((await post('hello')).status).toBe(201);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('process_cpu');
    expect(metrics).toContain('whoran_bus_away{service="demo"} 0');
    expect((await fetch(`${service.url}/nothing`)).status).toBe(404);
  });
});
