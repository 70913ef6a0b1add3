import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { FetchingPodFacts, type FetchPod } from './fetching-pod-facts.ts';
import type { KnownPod } from './known-pod.ts';
import { MemoryPodFacts } from './memory-pod-facts.ts';
import type { LookupResult } from './pod-facts.ts';

const POD: KnownPod = { labels: {}, containers: [], windows: false };

function setUp(fetch: FetchPod) {
  const clock = new VirtualClock(0);
  const cache = new MemoryPodFacts(1);
  const results: LookupResult[] = [];
  const facts = new FetchingPodFacts({ cache, fetch, clock, limit: 500, inFlight: 2, onLookup: (result) => results.push(result) });
  return { clock, cache, results, facts };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a look-up', () => {
  it('is not made for a pod in the cache', async () => {
    const { cache, facts, results } = setUp(async () => undefined);
    cache.set('a', 'b', POD);
    expect([await facts.find('a', 'b'), results]).toEqual([POD, ['cached']]);
  });

  it('is given up at the limit, to the millisecond, and the request is aborted', async () => {
    let signal: AbortSignal | undefined;
    const { clock, facts, results } = setUp((_namespace, _pod, given) => ((signal = given), new Promise(() => {})));
    let done = false;
    const answer = facts.find('a', 'b').finally(() => (done = true));
    await settle();
    clock.advanceTo(499);
    await settle();
    expect(done).toBe(false);
    clock.advanceTo(500);
    expect([await answer, results, signal?.aborted]).toEqual([undefined, ['timeout'], true]);
  });

  it('is one of few at once; further execs go on without', async () => {
    const { clock, facts, results } = setUp(() => new Promise(() => {}));
    const answers = Promise.all([1, 2, 3, 4].map(() => facts.find('a', 'b')));
    await settle();
    expect(results).toEqual(['busy', 'busy']);
    clock.advanceTo(500);
    await answers;
    expect(results).toEqual(['busy', 'busy', 'timeout', 'timeout']);
  });
});

it('the memory holds so many pods and no more, and takes changes of those', async () => {
  const pods = new MemoryPodFacts(1);
  pods.set('a', 'one', POD);
  pods.set('a', 'two', POD);
  pods.set('a', 'one', { ...POD, uid: 'x' });
  expect([await pods.find('a', 'one'), await pods.find('a', 'two'), pods.size()]).toEqual([{ ...POD, uid: 'x' }, undefined, 1]);
});
