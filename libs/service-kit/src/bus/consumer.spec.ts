import { describe, expect, it } from '@jest/globals';
import { InProcessBus, silentObserver } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { CommonConfig, Consumer, On, SystemClock, startService } from '@whoran/service-kit';
import { anExecSession } from '@whoran/testing';

const away = new DependencyUnavailable('the database is away');
const bug = new TypeError('a bug');
const thrown: unknown[] = [];

@Consumer()
class Thrower {
  @On(topics.execSessions)
  async onSessions(_sessions: readonly ExecSession[]): Promise<void> {
    const error = thrown.shift();
    if (error !== undefined) throw error as Error;
  }
}

@Consumer()
class Another {
  @On(topics.execSessions)
  async onSessions(): Promise<void> {}
}

const definition = (...controllers: readonly (typeof Thrower | typeof Another)[]) => ({
  name: 'demo',
  config: CommonConfig,
  module: () => ({ module: class DemoModule {}, controllers: [...controllers] }),
  http: () => ({ host: '127.0.0.1', port: 0, bodyLimit: 1000 }),
});

describe('a consumer', () => {
  it('lets the bus see the very error that a handler threw', async () => {
    const clock = new SystemClock();
    const seen: unknown[] = [];
    const bus = new InProcessBus(clock, { observer: { ...silentObserver, retried: (_group, _topic, error) => void seen.push(error) } });
    const service = await startService(definition(Thrower), new CommonConfig(), { bus, clock, logger: new SilentLogger() });
    thrown.push(away, bug);
    await bus.publish(topics.execSessions, [anExecSession()]);
    await bus.idle();
    expect(seen[0]).toBe(away);
    expect(seen[1]).toBe(bug);
    expect(await service.stop()).toBe(true);
  });

  it('refuses to start with two handlers of one topic, of which one would never be called', async () => {
    const clock = new SystemClock();
    const platform = { bus: new InProcessBus(clock), clock, logger: new SilentLogger() };
    await expect(startService(definition(Thrower, Another), new CommonConfig(), platform)).rejects.toThrow(
      'two handlers of demo take whoran.exec-sessions.v1',
    );
  });
});
