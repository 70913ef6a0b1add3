import { describe, expect, it } from '@jest/globals';
import type { CommandRecord } from '@whoran/forensics-api';
import { TailHub } from './tail-hub.ts';

const command = (id: string, rule = 'r'): CommandRecord => ({
  id,
  revision: 0,
  time: '',
  cluster: 'c',
  node: 'n',
  evidence: 'root',
  rule,
  commandLine: id,
});
const tailed = (id: string, start?: string, rule?: string) => ({ record: command(id, rule), start });
const everything = { wants: () => true, wake: () => undefined };

describe('TailHub', () => {
  it('keeps a bounded number for a slow caller and counts the rest', () => {
    const hub = new TailHub();
    const following = hub.follow(everything);
    hub.publish(Array.from({ length: 1005 }, (_, at) => tailed(String(at))));
    expect([following?.takeDropped(), following?.takeDropped(), following?.next()?.id]).toEqual([5, 0, '0']);
  });

  it('tells a program start that two rules report once, and a revision of it again', () => {
    const hub = new TailHub();
    const following = hub.follow(everything);
    hub.publish([tailed('a', 's', 'one'), tailed('b', 's', 'two'), tailed('a', 's', 'one')]);
    expect([following?.next()?.id, following?.next()?.id, following?.next()]).toEqual(['a', 'a', undefined]);
  });

  it('gives each what it wants, nothing after it left, and refuses the hundred-and-first', () => {
    const hub = new TailHub();
    const picky = hub.follow({ wants: ({ id }) => id === 'b', wake: () => undefined });
    hub.publish([tailed('a'), tailed('b')]);
    expect([picky?.next()?.id, picky?.next()]).toEqual(['b', undefined]);
    picky?.leave();
    hub.publish([tailed('b')]);
    expect(picky?.next()).toBeUndefined();
    const all = Array.from({ length: 101 }, () => hub.follow(everything));
    expect(all.filter((following) => following === undefined)).toHaveLength(1);
  });
});
