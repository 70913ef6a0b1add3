import { expect, it } from '@jest/globals';
import type { ImageStrategy } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { LearnedStrategies } from './learned-strategies.ts';

const lesson = (different: Partial<ImageStrategy> = {}): ImageStrategy => ({
  cluster: 'test',
  imageId: 'i@sha256:1',
  strategy: 'none',
  failures: 3,
  pods: 2,
  learnedAt: '1970-01-01T00:00:00Z',
  expiresAt: '1970-01-01T00:01:00Z',
  ...different,
});

it('holds until it expires, can be taken back, and teaches nothing about other clusters', () => {
  const clock = new VirtualClock(0);
  const learned = new LearnedStrategies('test', clock);
  expect(learned.learn(lesson({ cluster: 'other', imageId: 'x' }))).toBe(false);
  expect(learned.learn(lesson({ imageId: 'y', expiresAt: 'soon' }))).toBe(false);
  learned.learn(lesson());
  expect([learned.of('i@sha256:1'), learned.of('x'), learned.of('y')]).toEqual(['none', undefined, undefined]);
  learned.learn(lesson({ strategy: 'env' }));
  expect(learned.of('i@sha256:1')).toBe('env');
  clock.advanceTo(60_000);
  expect(learned.of('i@sha256:1')).toBeUndefined();
});

it('keeps the last 10,000 images', () => {
  const learned = new LearnedStrategies('test', new VirtualClock(0));
  for (let image = 0; image <= 10_000; image += 1) learned.learn(lesson({ imageId: `${image}` }));
  expect([learned.of('0'), learned.of('1'), learned.of('10000')]).toEqual([undefined, 'none', 'none']);
});
