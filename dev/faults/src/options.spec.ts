import { expect, it } from '@jest/globals';
import { readFaultsOptions, readSoakOptions } from './options.ts';

const ROWS = ['baseline', 'kafka-stopped'];

it.each([
  [[], { quick: false, only: [], json: false, rate: 2000, loadSeconds: 60, outageSeconds: 30 }],
  [['--quick'], { quick: true, loadSeconds: 10, outageSeconds: 5 }],
  [['--only', 'baseline,kafka-stopped', '--json', '--rate', '500'], { only: ROWS, json: true, rate: 500 }],
  [['--quick', '--seconds', '20', '--outage', '7', '--markdown', 'x.md'], { loadSeconds: 20, outageSeconds: 7, markdown: 'x.md' }],
  [['--help'], { kind: 'help' }],
  [['--list'], { kind: 'help', text: 'baseline\nkafka-stopped\n' }],
])('reads %j', (args, options) => {
  const read = readFaultsOptions(args, ROWS);
  expect(read.ok && read.value).toMatchObject(options);
});

it.each([
  [['--only', 'kafka'], '--only: there is no row kafka; --list says which there are'],
  [['--rate', '0'], '--rate: write a whole number above 0'],
  [['--seconds', 'ten'], '--seconds: write a whole number above 0'],
])('refuses %j', (args, error) => {
  expect(readFaultsOptions(args, ROWS)).toEqual({ ok: false, error });
});

it('refuses options that there are not', () => {
  expect(readFaultsOptions(['--fast'], ROWS).ok).toBe(false);
  expect(readSoakOptions(['--minutes', '-1']).ok).toBe(false);
});

it('reads the options of a soak', () => {
  expect(readSoakOptions(['--minutes', '2'])).toEqual({ ok: true, value: { kind: 'soak', minutes: 2, rate: 1000, json: false } });
});
