import { expect, it } from '@jest/globals';
import { printTable, summarise } from './summary.ts';

it('takes percentiles by the nearest rank, whatever the order', () => {
  const latencies = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000);
  expect(summarise('x', latencies, 2)).toEqual({ name: 'x', requests: 1000, errors: 2, p50: 499, p99: 989, max: 999 });
  expect(summarise('x', [3], 0)).toMatchObject({ p50: 3, p99: 3, max: 3 });
});

it('aligns its columns', () => {
  const lines = printTable([summarise('webhook', [1, 2], 0), summarise('echo', [10], 0)]).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});
