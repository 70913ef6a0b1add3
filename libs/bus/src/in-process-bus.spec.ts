import { describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type Topic, topics } from '@whoran/contracts';
import { DependencyUnavailable, VirtualClock } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { anExecSession, describeBus } from '@whoran/testing';

class BreakableBus extends InProcessBus {
  broken: string | undefined;

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (topic.name === this.broken) throw new DependencyUnavailable('the broker is away');
    return super.publish(topic, events);
  }
}

describeBus('in process', async () => {
  const size = { lanes: 4, capacity: 100, batchSize: 30 };
  const bus = new BreakableBus(new SystemClock(), size);
  return {
    bus,
    capacity: size.lanes * size.capacity,
    breakTopic: (name) => void (bus.broken = name),
    close: () => bus.close(),
  };
});

describe('the in-process bus', () => {
  it('is idle only when nobody publishes any more', async () => {
    const bus = new InProcessBus(new VirtualClock(), { lanes: 1, capacity: 2, batchSize: 10 });
    let seen = 0;
    await bus.subscribe({ group: 'g', topic: topics.execSessions, handle: async (batch) => void (seen += batch.length) });
    void bus.publish(
      topics.execSessions,
      Array.from({ length: 25 }, (_, id) => anExecSession({ id: String(id) })),
    );
    await bus.idle();
    expect(seen).toBe(25);
  });

  it('lets a quick group go on while a slow one is full, and the publisher when the slow one leaves', async () => {
    const bus = new InProcessBus(new VirtualClock(), { lanes: 1, capacity: 2, batchSize: 1 });
    const never = new Promise<void>(() => {});
    const slow = await bus.subscribe({ group: 'slow', topic: topics.execSessions, handle: () => never });
    let quick = 0;
    await bus.subscribe({ group: 'quick', topic: topics.execSessions, handle: async (batch) => void (quick += batch.length) });
    const publishing = bus.publish(
      topics.execSessions,
      Array.from({ length: 5 }, (_, id) => anExecSession({ id: String(id) })),
    );
    await new Promise(setImmediate);
    expect(quick).toBe(5);
    void slow.close();
    await publishing;
  });
});
