import { describe, expect, it } from '@jest/globals';
import type { AlertRecord, CommandRecord } from '@whoran/forensics-api';
import type { StoredProcess } from '../store/store.ts';
import { processTree } from './process-tree.ts';

const process = (key: string, parent?: string, startedNs = 0n): StoredProcess => ({ key, parent, startedNs, node: 'n' });
const command = (id: string, key?: string): CommandRecord => ({
  id,
  revision: 0,
  time: `2026-01-01T10:00:0${id}Z`,
  cluster: 'c',
  node: 'n',
  evidence: 'root',
  rule: 'r',
  commandLine: id,
  ...(key === undefined ? {} : { process: key }),
});
const alert = (id: string, key?: string): AlertRecord => ({
  ...command(id, key),
  eventId: id,
  raisedAt: '',
  priority: 'Notice',
  message: '',
  tags: [],
});
const shape = (processes: readonly StoredProcess[], commands: readonly CommandRecord[] = [], alerts: readonly AlertRecord[] = []) =>
  processTree({ processes, commands, alerts }).processes.map(
    ({ key, depth, programs }) => `${' '.repeat(depth)}${key}${programs.map(({ event }) => ` ${event}`).join('')}`,
  );

describe('processTree', () => {
  it.each<[string, Parameters<typeof shape>, readonly string[]]>([
    ['is empty for nothing', [[]], []],
    [
      'puts parents before children and siblings in order of time',
      [[process('c', 'a', 3n), process('b', 'a', 2n), process('a', undefined, 1n), process('d', 'b', 9n)]],
      ['a', ' b', '  d', ' c'],
    ],
    ['lists what one process ran in order', [[process('a')], [command('1', 'a'), command('2', 'a')]], ['a 1 2']],
    ['makes a root of a process whose parent is elsewhere', [[process('b', 'elsewhere')]], ['b']],
    ['shows commands whose process is not stored or not known', [[], [command('1', 'x'), command('2')]], ['x 1', 'event:2 2']],
    ['shows cycles once', [[process('a', 'b', 1n), process('b', 'a', 2n), process('c', 'c')]], ['c', 'a', ' b']],
  ])('%s', (_name, input, expected) => {
    expect(shape(...input)).toEqual(expected);
  });

  it('puts alerts to their process, others beside the tree', () => {
    const tree = processTree({ processes: [process('a')], commands: [], alerts: [alert('1', 'a'), alert('2', 'z'), alert('3')] });
    expect([tree.processes[0]?.alerts.map(({ id }) => id), tree.alerts.map(({ id }) => id)]).toEqual([['1'], ['2', '3']]);
  });

  it('walks a hundred thousand levels', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => process(`p${at}`, `p${at - 1}`, BigInt(at)));
    expect(processTree({ processes: chain, commands: [], alerts: [] }).processes.at(-1)?.depth).toBe(99_999);
  });
});
