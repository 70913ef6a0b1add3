import { expect, it } from '@jest/globals';
import { SERVICES } from '../processes/plans.ts';
import { aRowResult } from '../score/spec-row.ts';
import { ROWS } from './rows.ts';

const rowNamed = (name: string) => ROWS.find((row) => row.name === name);
const usual = [
  { cluster: 'alpha', rate: 1000, skew: 0 },
  { cluster: 'beta', rate: 1000, skew: 0 },
];

it('kills and replaces every service, under names that are used once', () => {
  const names = ROWS.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(SERVICES.flatMap((service) => [`kill-${service}`, `term-${service}`])));
  expect(new Set(names).size).toBe(names.length);
  expect(ROWS.every(({ about }) => about !== '')).toBe(true);
});

it('shifts the clocks of clusters against each other, and leaves their load as it is', () => {
  expect(rowNamed('clock-skew')?.load?.(usual)).toEqual([
    { cluster: 'alpha', rate: 1000, skew: 120_000 },
    { cluster: 'beta', rate: 1000, skew: -120_000 },
  ]);
});

it('floods with one cluster only', () => {
  expect(
    rowNamed('cluster-flood')
      ?.load?.(usual)
      .map(({ rate }) => rate),
  ).toEqual([3000, 1000]);
});

it.each([
  ['poison-message', { deadLetters: { 'lineage-resolver: undecodable': 36 } }, 0],
  ['poison-message', { deadLetters: { 'lineage-resolver: undecodable': 35 } }, 1],
  ['disk-full', { postponed: 1 }, 0],
  ['disk-full', { postponed: 0 }, 1],
  ['receiver-down', { told: { alerts: 1, within50: 10, within99: 3000 } }, 0],
  ['receiver-hangs', { told: { alerts: 1, within50: 10, within99: 3001 } }, 1],
  ['receiver-429', { told: undefined }, 1],
  ['spool-full', { evicted: 1 }, 0],
  ['spool-full', { evicted: 0 }, 1],
])('expects of %s what shows that the fault happened: %j', (name, different, problems) => {
  expect(rowNamed(name)?.also?.(aRowResult(different))).toHaveLength(problems);
});
