import { describe, expect, it } from '@jest/globals';
import { type Attribution, type SessionRef, attributionFields, namedUser } from '@whoran/contracts';

const jane: SessionRef = { id: 's-1', kind: 'exec', user: { username: 'jane@example.com', groups: ['sre'] } };
const joe: SessionRef = { id: 's-2', kind: 'copy', user: { username: 'joe', groups: [] } };
const told = (session: SessionRef): Attribution => ({ evidence: 'root', session });

describe('the fields of an attribution', () => {
  it.each<[string, Attribution, object]>([
    ['nobody', { evidence: 'none', reason: 'probe' }, { 'exec.evidence': 'none', 'exec.reason': 'probe' }],
    [
      'several who fit',
      { evidence: 'ambiguous', candidates: [jane, joe] },
      { 'exec.evidence': 'ambiguous', 'exec.candidates': ['jane@example.com (s-1)', 'joe (s-2)'] },
    ],
    [
      'a user',
      told(jane),
      {
        'exec.evidence': 'root',
        'k8s.user.name': 'jane@example.com',
        'k8s.user.groups': ['sre'],
        'exec.session': 's-1',
        'exec.kind': 'exec',
      },
    ],
    [
      'all there is to say of a user',
      told({
        ...jane,
        user: { ...jane.user, uid: 'u-1', impersonator: 'root', extra: { one: ['a'], two: ['b', 'c'], none: [] } },
        command: ['sh', '-c', 'id; ls'],
        container: 'api',
        auditId: 'a-1',
        startedAt: '2026-01-01T10:00:00Z',
      }),
      {
        'exec.evidence': 'root',
        'k8s.user.name': 'jane@example.com',
        'k8s.user.groups': ['sre'],
        'k8s.user.uid': 'u-1',
        'k8s.user.impersonator': 'root',
        'k8s.user.extra[one]': 'a',
        'k8s.user.extra[two]': ['b', 'c'],
        'k8s.user.extra[none]': [],
        'exec.session': 's-1',
        'exec.kind': 'exec',
        'exec.command': 'sh -c id; ls',
        'exec.container': 'api',
        'exec.audit_id': 'a-1',
        'exec.started': '2026-01-01T10:00:00Z',
      },
    ],
    [
      'whoever made a request that is about no session',
      { evidence: 'audit', user: { username: 'ops', groups: [] } },
      { 'exec.evidence': 'audit', 'k8s.user.name': 'ops', 'k8s.user.groups': [] },
    ],
  ])('say %s', (_what, attribution, fields) => expect(attributionFields(attribution)).toEqual(fields));

  it('are bounded although a user has no end of extras', () => {
    const extra = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key-${index}`, ['x']]));
    const fields = Object.keys(attributionFields(told({ ...jane, user: { ...jane.user, extra } })));
    expect(fields.filter((name) => name.startsWith('k8s.user.extra['))).toHaveLength(20);
  });
});

describe('the user of an attribution', () => {
  it.each<[Attribution, string | undefined]>([
    [told(jane), 'jane@example.com'],
    [{ evidence: 'audit', user: joe.user }, 'joe'],
    [{ ...told(jane), user: joe.user }, 'jane@example.com'],
    [{ ...told(jane), evidence: 'none', reason: 'forged-token' }, undefined],
    [{ evidence: 'ambiguous', candidates: [jane, joe], user: joe.user }, undefined],
  ])('of %j is %s', (attribution, user) => expect(namedUser(attribution)).toBe(user));
});
