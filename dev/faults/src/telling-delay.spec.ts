import { expect, it } from '@jest/globals';
import { delayOf } from './telling-delay.ts';

it.each([
  [[5], { alerts: 1, within50: 5, within99: 5 }],
  [[9, 1, 5], { alerts: 3, within50: 5, within99: 9 }],
  [Array.from({ length: 200 }, (_, index) => 200 - index), { alerts: 200, within50: 100, within99: 198 }],
])('says what most stay within: %j', (delays, expected) => {
  expect(delayOf(delays)).toEqual(expected);
});
