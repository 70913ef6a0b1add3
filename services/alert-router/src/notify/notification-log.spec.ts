import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { MemoryNotificationLog } from './notification-log.ts';
import { describeNotificationLog } from './notification-log.suite.ts';

describeNotificationLog('memory', async (ttl) => {
  const clock = new VirtualClock();
  return {
    log: new MemoryNotificationLog(clock, { size: 10, ttl }),
    pass: async (millis) => clock.advanceTo(clock.now() + millis),
    close: async () => {},
  };
});

describe('the memory of notifications', () => {
  const entry = { revision: 0, named: true };
  it('keeps a bounded number, those in use first', async () => {
    const log = new MemoryNotificationLog(new VirtualClock(), { size: 2, ttl: 1000 });
    await log.record(new Map([['a', entry]]));
    await log.record(new Map([['b', entry]]));
    await log.find(['a']);
    await log.record(new Map([['c', entry]]));
    expect([...(await log.find(['a', 'b', 'c'])).keys()]).toEqual(['a', 'c']);
  });
});
