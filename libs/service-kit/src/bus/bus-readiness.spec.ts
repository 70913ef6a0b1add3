import { describe, expect, it } from '@jest/globals';
import { type BusHealth, InProcessBus } from '@whoran/bus';
import { VirtualClock } from '@whoran/kernel';
import { BusReadiness } from './bus-readiness.ts';

class Faring extends InProcessBus {
  now: BusHealth = { dead: undefined, away: 'not joined' };
  override health(): BusHealth {
    return this.now;
  }
}

describe('the bus keeps a service from being ready', () => {
  const clock = new VirtualClock();
  const bus = new Faring(clock);
  const readiness = new BusReadiness(bus, clock);
  const at = (seconds: number, health: Partial<BusHealth>) => {
    clock.advanceTo(seconds * 1000);
    bus.now = { dead: undefined, away: undefined, ...health };
    return readiness.problem();
  };

  it('until it has been there once, then when it was away for 30 s, and at once when it is dead', () => {
    expect(at(0, { away: 'not joined' })).toBe('not joined');
    expect(at(1, {})).toBeUndefined();
    expect(at(10, { away: 'brokers away' })).toBeUndefined();
    expect(at(39, { away: 'brokers away' })).toBeUndefined();
    expect(at(40, { away: 'brokers away' })).toBe('brokers away');
    expect(at(41, {})).toBeUndefined();
    expect(at(42, { away: 'brokers away' })).toBeUndefined();
    expect(at(43, { dead: 'ended for good' })).toBe('ended for good');
  });
});
