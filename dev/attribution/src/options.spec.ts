import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';
import { allVariants, onlyDrops, variantOf } from './variants.ts';
import { UNDISTURBED } from './schedule.ts';

describe('the command line', () => {
  it('says how the input is disturbed', () => {
    const read = readOptions(
      'folder --drop 10% --shuffle 2s --audit-delay 500ms --restart-at 50% --without-forks --seed 3 --json'.split(' '),
    );
    expect(read).toEqual({
      ok: true,
      value: {
        kind: 'run',
        folder: 'folder',
        all: false,
        wanted: { kafka: false, redis: false },
        json: true,
        disturbance: { ...UNDISTURBED, drop: 0.1, shuffle: 2000, auditDelay: 500, restartAt: 0.5, withoutForks: true, seed: 3 },
      },
    });
  });

  it.each([
    [[]],
    [['a', 'b']],
    [['a', '--drop', '10']],
    [['a', '--drop', '101%']],
    [['a', '--shuffle', '2']],
    [['a', '--seed', '-1']],
    [['a', '--nothing']],
  ])('refuses %j', (args: string[]) => {
    expect(readOptions(args).ok).toBe(false);
  });
});

describe('the variants', () => {
  it('have names of their own', () => {
    const names = allVariants(1).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 5)).toEqual(['plain', 'audit-delay 30s', 'shuffle 2s', 'duplicate 10%', 'drop 10%, seed 1']);
  });

  it('are twenty with losses only', () => {
    expect(allVariants(1).filter(onlyDrops)).toHaveLength(20);
    expect(onlyDrops(variantOf({ ...UNDISTURBED, drop: 0.1, shuffle: 1 }))).toBe(false);
  });
});
