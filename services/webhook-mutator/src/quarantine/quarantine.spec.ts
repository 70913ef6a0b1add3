import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { FileQuarantine } from './file-quarantine.ts';
import { CombinedQuarantine, Quarantine } from './quarantine.ts';
import { readQuarantine } from './read-quarantine.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');

describe('the quarantine file', () => {
  const read = readQuarantine(`
blocked:
  - {users: [jane], until: 2026-01-01T09:00:00Z, reason: over}
  - {users: [jane], namespaces: [pay*], reason: first}
  - {groups: [contractors], until: 2026-01-01T11:00:00Z, reason: second}
  - {credentialIds: [X509SHA256=1], reason: third}
`);
  const quarantine = new FileQuarantine({ current: () => (read.ok ? read.value : []) }, new VirtualClock(NOW));
  it.each([
    [{ username: 'jane', groups: [] }, 'payments', { who: 'user jane', reason: 'first' }],
    [{ username: 'jane', groups: [] }, 'default', undefined],
    [{ username: 'JANE', groups: [] }, 'payments', undefined],
    [{ username: 'joe', groups: ['a', 'contractors'] }, 'default', { who: 'group contractors', reason: 'second', until: NOW + 3_600_000 }],
    [{ username: 'joe', groups: [], credentialId: 'X509SHA256=1' }, 'default', { who: 'credential X509SHA256=1', reason: 'third' }],
    [{ username: 'joe', groups: [] }, 'default', undefined],
  ])('and %j in %s: %j', (identity, namespace, expected) => expect(quarantine.blocked(identity, namespace)).toEqual(expected));

  it('is refused with every problem: an entry that names nobody, a time that is none', () => {
    expect(readQuarantine('blocked:\n  - reason: x\n  - users: [a]\n    reason: y\n    until: tomorrow\n')).toEqual({
      ok: false,
      error: [
        expect.objectContaining({ code: 'empty-entry', line: 2 }),
        expect.objectContaining({ code: 'invalid-time', line: 5, column: 12 }),
      ],
    });
    expect(readQuarantine('blocked:\n  - users: [a]\n')).toMatchObject({ ok: false, error: [{ line: 2 }] });
  });
});

describe('several quarantine lists', () => {
  class Blocking extends Quarantine {
    constructor(private readonly name: string) {
      super();
    }
    override blocked = ({ username }: { username: string }) => (username === this.name ? { who: 'user x', reason: this.name } : undefined);
  }
  it.each([
    ['a', 'a'],
    ['b', 'b'],
    ['c', undefined],
  ])('keep %s out if any does', (username, reason) => {
    const combined = new CombinedQuarantine([new Blocking('a'), new Blocking('b')]);
    expect(combined.blocked({ username, groups: [] }, 'default')?.reason).toBe(reason);
    expect(new CombinedQuarantine([]).blocked({ username, groups: [] }, 'default')).toBeUndefined();
  });
});
