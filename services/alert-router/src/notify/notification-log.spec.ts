import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { MemoryNotificationLog } from './notification-log.ts';

const entry = { revision: 0, named: true };
const entries = (...ids: string[]) => new Map(ids.map((id) => [id, entry]));
const known = async (log: MemoryNotificationLog, ...ids: string[]) => [...(await log.find(ids)).keys()];

describe('the memory of notifications', () => {
  it('remembers what was recorded, the latest', async () => {
    const log = new MemoryNotificationLog(new VirtualClock(), { size: 10, ttl: 1000 });
    await log.record(new Map([['a', { revision: 0, named: false }]]));
    await log.record(new Map([['a', { revision: 2, named: true }]]));
    expect(await log.find(['a', 'b'])).toEqual(new Map([['a', { revision: 2, named: true }]]));
  });
  it('forgets after its time', async () => {
    const clock = new VirtualClock();
    const log = new MemoryNotificationLog(clock, { size: 10, ttl: 1000 });
    await log.record(entries('a'));
    clock.advanceTo(999);
    expect(await known(log, 'a')).toEqual(['a']);
    clock.advanceTo(1000);
    expect(await known(log, 'a')).toEqual([]);
  });
  it('keeps a bounded number, those in use first', async () => {
    const log = new MemoryNotificationLog(new VirtualClock(), { size: 2, ttl: 1000 });
    await log.record(entries('a', 'b'));
    await log.find(['a']);
    await log.record(entries('c'));
    expect(await known(log, 'a', 'b', 'c')).toEqual(['a', 'c']);
  });
});
