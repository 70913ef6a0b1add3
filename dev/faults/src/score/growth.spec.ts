import { expect, it } from '@jest/globals';
import { growthOf } from './growth.ts';

const series = (value: (minute: number) => number) =>
  Array.from({ length: 60 }, (_, index) => ({ at: index * 10, value: value(index / 6) }));

it.each([
  ['what stays', () => 100, false],
  ['what fills up and then stays', (minute: number) => Math.min(300, 100 + minute * 60), false],
  ['what goes up and down', (minute: number) => 100 + 40 * Math.sin(minute * 5), false],
  ['what jumps once and comes back', (minute: number) => (minute > 7 && minute < 8 ? 400 : 100), false],
  ['what grows by a twentieth', (minute: number) => 100 + minute, false],
  ['what leaks steadily', (minute: number) => 100 + minute * 10, true],
  ['what leaks in a sawtooth', (minute: number) => 100 + minute * 10 + 15 * Math.sin(minute * 9), true],
])('judges %s', (_, value, grows) => {
  expect(growthOf(series(value), 10).grows).toBe(grows);
});

it('says nothing of too few samples', () => {
  expect(growthOf([], 1)).toEqual({ median: 0, growth: 0, grows: false });
});
