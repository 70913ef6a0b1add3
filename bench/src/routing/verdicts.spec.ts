import { describe, expect, it } from '@jest/globals';
import { judgeDelivering } from './verdicts.ts';

describe('what became of the goals of delivering', () => {
  const at = (name: string, delay: number, perSecond: number) => ({ name, delay, perSecond, delivered: 10, asked: 10 });

  it('compares with falcosidekick where the receiver answers at once', () => {
    const delivered = [at('router', 0, 4000), at('router', 20, 3000), at('falcosidekick', 0, 2000), at('falcosidekick', 20, 100)];
    expect(judgeDelivering(delivered, 64)).toEqual([
      expect.objectContaining({ ratio: 2, least: 2, met: true }),
      expect.objectContaining({ ratio: 0.94, met: true }),
      expect.objectContaining({ ratio: 0.05, met: false }),
    ]);
  });

  it('asks no more of a slow receiver than so many at once come to, and no more than the fast one gave', () => {
    expect(judgeDelivering([at('router', 0, 8000), at('router', 20, 100)], 4)).toEqual([
      expect.objectContaining({ goal: 'router at 20 ms, of the 200/s that are possible with 4 at once', ratio: 0.5, met: true }),
    ]);
    expect(judgeDelivering([at('router', 0, 150), at('router', 20, 60)], 4)).toEqual([expect.objectContaining({ ratio: 0.4, met: false })]);
  });
});
