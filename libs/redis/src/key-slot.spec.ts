import { describe, expect, it } from '@jest/globals';
import { groupByNode } from './commander.ts';
import { reconnectPause } from './connect.ts';
import { keySlot } from './key-slot.ts';
import { command, scriptRun } from './redis-command.ts';

describe('the slot of a key', () => {
  // What CLUSTER KEYSLOT of Redis 7 answers.
  it.each([
    ['123456789', 12_739],
    ['', 0],
    ['a', 15_495],
    ['x{a}y', 15_495],
    ['{a}{b}', 15_495],
    ['{}a', 10_875],
    ['{{a}', 10_276],
    ['a}{', 7_586],
    ['ü', 9_552],
  ])('%j is %d', (key, slot) => expect(keySlot(key)).toBe(slot));
  it('is the same of bytes', () => expect(keySlot(Buffer.from('x{a}y'))).toBe(keySlot('a')));
});

describe('the commands of a pipeline', () => {
  const script = { lua: '', keys: 1 };
  const commands = [command('GET', 'a'), scriptRun(script, ['b'], [1]), command('GET', '{a}2'), command('DBSIZE'), command('GET', 7)];
  it('stay together without a cluster', () => expect(groupByNode(commands, undefined)).toEqual([[0, 1, 2, 3, 4]]));
  it('go to the nodes of their keys, in order', () => {
    expect(groupByNode(commands, (slot) => (slot === keySlot('a') ? 'one' : 'two'))).toEqual([
      [0, 2],
      [1, 3, 4],
    ]);
  });
});

describe('the pause before another attempt to connect', () => {
  it.each([
    [1, 25, 50],
    [3, 100, 200],
    [7, 1000, 2000],
    [100_000, 1000, 2000],
  ])('after %d is between %d and %d ms', (attempt, least, most) => {
    for (let round = 0; round < 100; round += 1) {
      expect(reconnectPause(attempt)).toBeGreaterThanOrEqual(least);
      expect(reconnectPause(attempt)).toBeLessThanOrEqual(most);
    }
  });
});
