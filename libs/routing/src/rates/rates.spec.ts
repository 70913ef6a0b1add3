import { describe, expect, it } from '@jest/globals';
import { anAlert } from '@whoran/testing';
import fc from 'fast-check';
import { type StormState, addToStorm, stormSummary } from './storm.ts';
import { type TokenBucket, takeToken } from './token-bucket.ts';

describe('a rate', () => {
  const rate = { limit: 3, per: 60_000 };
  it('lets its limit through at once, and then one each time a token has come', () => {
    let bucket: TokenBucket | undefined;
    const take = (now: number) => {
      const result = takeToken(bucket, rate, now);
      bucket = result.bucket;
      return result.taken;
    };
    expect([0, 0, 0, 0, 19_999, 20_000, 20_001, 40_000].map(take)).toEqual([true, true, true, false, false, true, false, true]);
    expect([10_000_000, 10_000_000, 10_000_000, 10_000_000].map(take)).toEqual([true, true, true, false]);
  });
  it('never lets more through than limit and what comes in the time, whatever the clock does', () => {
    const times = fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 200 });
    const check = fc.property(times, fc.integer({ min: 1, max: 20 }), (at, limit) => {
      let bucket: TokenBucket | undefined;
      let taken = 0;
      for (const now of at) {
        const result = takeToken(bucket, { limit, per: 60_000 }, now);
        bucket = result.bucket;
        taken += result.taken ? 1 : 0;
        expect(bucket.tokens).toBeGreaterThanOrEqual(0);
      }
      const span = at.length === 0 ? 0 : Math.max(...at) - (at[0] ?? 0);
      expect(taken).toBeLessThanOrEqual(limit + (Math.max(0, span) * limit) / 60_000 + 1e-6);
    });
    fc.assert(check);
  });
});

describe('a storm', () => {
  const storm = (count: number, rule: (index: number) => string) => {
    let state: StormState | undefined;
    for (let index = 0; index < count; index += 1) {
      const alerts = [anAlert({ rule: rule(index) })];
      state = addToStorm(state, { alerts, total: 1 }, { per: 60_000, now: 1000 + index });
    }
    return state;
  };
  it('is summed up once, a while after it began', () => {
    const state = storm(500, (index) => (index % 3 === 0 ? 'often' : 'more often'));
    expect(state?.dueAt).toBe(61_000);
    const summary = state && stormSummary(state, 61_000);
    expect(summary).toEqual(expect.objectContaining({ total: 500 }));
    expect(summary?.storm).toEqual({
      since: '1970-01-01T00:00:01.000Z',
      until: '1970-01-01T00:01:01.000Z',
      rules: [
        { name: 'more often', alerts: 333 },
        { name: 'often', alerts: 167 },
      ],
      users: [{ name: 'jane@example.com', alerts: 500 }],
    });
    expect(summary?.alerts).toHaveLength(10);
  });
  it('counts by bounded numbers of names of bounded length', () => {
    const state = storm(1000, (index) => `__proto__${index}${'x'.repeat(1000)}`);
    expect(Object.keys(state?.rules ?? {})).toHaveLength(100);
    expect(JSON.stringify({ ...state, alerts: [] }).length).toBeLessThan(50_000);
    expect(state && stormSummary(state, 0).storm.rules).toHaveLength(10);
    expect(state?.total).toBe(1000);
  });
  it('counts groups whole', () => {
    const state = addToStorm(undefined, { alerts: [anAlert({ rule: '__proto__' })], total: 70 }, { per: 1, now: 0 });
    expect([state.total, JSON.stringify(state.rules)]).toEqual([70, '{"__proto__":1}']);
  });
});
