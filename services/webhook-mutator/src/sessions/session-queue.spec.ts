import { describe, expect, it } from '@jest/globals';
import { Bus, type Subscribed } from '@whoran/bus';
import type { ExecSession, Topic } from '@whoran/contracts';
import { DependencyUnavailable, type LogFields, SilentLogger, VirtualClock } from '@whoran/kernel';
import { anExecSession } from '@whoran/testing';
import { SessionQueue } from './session-queue.ts';

/** A bus that can be away, and keeps what it took. */
class FlakyBus extends Bus {
  readonly taken: string[] = [];
  away: Error | undefined;

  override async publish<T>(_topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (this.away) throw this.away;
    this.taken.push(...(events as readonly ExecSession[]).map(({ id }) => id));
  }
  override async subscribe(): Promise<Subscribed> {
    return { close: async () => {} };
  }
  override health() {
    return { dead: undefined, away: undefined };
  }
  override async close(): Promise<void> {}
}

class Warnings extends SilentLogger {
  readonly lines: string[] = [];
  override warn(event?: string, fields?: LogFields): void {
    this.lines.push(`${event} ${JSON.stringify(fields)}`);
  }
}

function setUp(options: { capacity?: number; maxCharacters?: number } = {}) {
  const bus = new FlakyBus();
  const clock = new VirtualClock(0);
  const logger = new Warnings();
  const dropped: number[] = [];
  const queue = new SessionQueue({ bus, clock, logger, capacity: 3, ...options, onDrop: () => dropped.push(1) });
  const add = (...ids: string[]) => ids.forEach((id) => queue.add(anExecSession({ id })));
  return { bus, clock, logger, dropped, queue, add };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the session queue', () => {
  it('publishes each session once, in order', async () => {
    const { bus, queue, add } = setUp();
    add('a', 'b', 'a');
    await queue.flush();
    add('b', 'c');
    await queue.flush();
    expect(bus.taken).toEqual(['a', 'b', 'c']);
  });

  it('keeps what fits while the bus is away, drops the oldest, counts them and says so once', async () => {
    const { bus, clock, logger, dropped, queue, add } = setUp();
    bus.away = new DependencyUnavailable('away');
    add('a');
    await settle();
    add('b', 'c', 'd', 'e', 'f');
    expect(dropped).toHaveLength(2);
    expect(logger.lines.filter((line) => line.startsWith('sessions.dropped'))).toHaveLength(1);
    bus.away = undefined;
    clock.advanceTo(100);
    await queue.flush();
    expect(bus.taken).toEqual(['a', 'd', 'e', 'f']);
  });

  it('bounds the characters that wait as well', () => {
    const { dropped, queue } = setUp({ capacity: 1000, maxCharacters: 10_000 });
    for (let count = 0; count < 10; count += 1) queue.add(anExecSession({ id: `${count}`, command: ['x'.repeat(3000)] }));
    expect(dropped).toHaveLength(8);
  });

  it('counts what cannot be published for a reason that will not pass, and goes on', async () => {
    const { bus, dropped, queue, add } = setUp();
    bus.away = new TypeError('a bug');
    add('a');
    await queue.flush();
    bus.away = undefined;
    add('b');
    await queue.flush();
    expect([dropped.length, bus.taken]).toEqual([1, ['b']]);
  });
});
