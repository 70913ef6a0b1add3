import { describe, expect, it } from '@jest/globals';
import { compilePathPrefixes } from './path-prefix.ts';

describe('pmatch', () => {
  it.each([
    [['/srv/www'], '/srv/www/index.html', true],
    [['/srv/www'], '/srv/www', true],
    [['/srv/www'], '/srv/www2', false],
    [['/srv/www'], '/srv', false],
    [['/srv/www/'], '//srv///www', true],
    [['srv'], '/srv/x', true],
    [['/'], '', true],
    [['/'], '/x', true],
    [[], '/x', false],
    [['/srv/www', '/srv'], '/srv/ftp', true],
    [['/srv', '/srv/www'], '/srv/ftp', true],
    [['/srv/./x'], '/srv/x', false],
    [['/home/*/.ssh'], '/home/ana/.ssh/id', true],
    [['/home/*/.ssh'], '/home/ana/x/.ssh', false],
    [['/home/?'], '/home/a', true],
    [['/home/[ab]'], '/home/c', false],
    [['/__proto__/constructor'], '/__proto__/constructor/x', true],
    [['/a'], '/constructor', false],
  ] as const)('%j and %s: %s', (paths, path, matches) => {
    expect(compilePathPrefixes(paths)(path)).toBe(matches);
  });

  it('follows every pattern that fits', () => {
    const isBelow = compilePathPrefixes(['/data*/in', '/data1*/out', '/*/tmp']);
    expect(['/data12/in', '/data12/out', '/data12/tmp', '/data2/out'].map(isBelow)).toEqual([true, true, true, false]);
  });

  it('is done in time with patterns that all fit', () => {
    const paths = Array.from({ length: 200 }, (_, at) => `${'/*'.repeat(at % 50)}/x${at}*`);
    expect(compilePathPrefixes(paths)('/y'.repeat(5000))).toBe(false);
  });
});
