import { describe, expect, it } from '@jest/globals';
import { InProcessBus, type Subscribed, type Subscription } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { ConfigInvalid, DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { anExecSession } from '@whoran/testing';
import { AwaitedBus } from './awaited-bus.ts';

/** A Kafka that can be away, and refuses subscriptions as often as it is told to. */
class Remote extends InProcessBus {
  refusals = 0;
  override async subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    if (this.refusals-- > 0) throw new DependencyUnavailable('no such topic');
    return super.subscribe(subscription);
  }
}

function world(failures: readonly unknown[] = []) {
  const clock = new VirtualClock();
  const remote = new Remote(clock);
  const left = [...failures];
  const hopeless: unknown[] = [];
  const open = async () => {
    if (left.length > 0) throw left.shift();
    return remote;
  };
  const bus = new AwaitedBus({ open, clock, logger: new SilentLogger(), onHopeless: (error) => void hopeless.push(error) });
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  const after = async (seconds: number) => {
    await settle();
    clock.advanceTo(clock.now() + seconds * 1000);
    await settle();
  };
  return { bus, remote, hopeless, after };
}

const away = () => new DependencyUnavailable('no broker answers');
const seen: ExecSession[] = [];
const listen = { group: 'g', topic: topics.execSessions, handle: async (batch: readonly ExecSession[]) => void seen.push(...batch) };

describe('an awaited bus', () => {
  it('is there before its brokers: refuses what is published, says why it is away, and connects later by itself', async () => {
    const { bus, remote, after } = world([away(), away()]);
    await bus.subscribe(listen);
    await after(0);
    await expect(bus.publish(topics.execSessions, [])).rejects.toThrow(DependencyUnavailable);
    expect(bus.health()).toEqual({
      dead: undefined,
      away: 'not connected yet: no broker answers; g has not joined whoran.exec-sessions.v1 yet',
    });
    await after(0.5);
    await after(1);
    expect(bus.health()).toEqual({ dead: undefined, away: undefined });
    const session = anExecSession();
    await bus.publish(topics.execSessions, [session]);
    await remote.idle();
    expect(seen).toEqual([session]);
  });

  it('tries to subscribe until it may, with longer and longer waits', async () => {
    const { bus, remote, after } = world();
    remote.refusals = 12;
    await bus.subscribe(listen);
    await after(0);
    expect(bus.health().away).toBe('g has not joined whoran.exec-sessions.v1 yet: no such topic');
    for (const wait of [0.5, 1, 2, 4, 8]) await after(wait);
    expect(remote.refusals).toBe(6);
    for (let turn = 0; turn < 7; turn += 1) await after(10);
    expect(bus.health().away).toBeUndefined();
  });

  it('gives up when waiting does not help, and tells', async () => {
    const error = new ConfigInvalid('no codec for zstd');
    const { bus, hopeless, after } = world([error]);
    await after(100);
    expect(hopeless).toEqual([error]);
    expect(bus.health().away).toBe('not connected yet: no codec for zstd');
    await bus.close();
  });

  it('closes at once while its brokers are away, and closes what still connects', async () => {
    const { bus, remote, after } = world([away()]);
    const subscribed = await bus.subscribe(listen);
    await after(0);
    await subscribed.close();
    await bus.close();
    await after(100);
    expect(remote.health().away).toBeUndefined();
    await expect(bus.publish(topics.execSessions, [])).rejects.toThrow('the bus is closed');
  });

  it('ends a subscription that was waited for, and passes on how the real bus fares', async () => {
    const { bus, remote, after } = world();
    const subscribed = await bus.subscribe(listen);
    await after(0);
    await subscribed.close();
    await bus.close();
    expect(remote.health().away).toBe('the in-process bus is closed');
    expect(bus.health().away).toBe('the in-process bus is closed');
  });
});
