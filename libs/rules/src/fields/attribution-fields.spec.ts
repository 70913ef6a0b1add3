import { describe, expect, it } from '@jest/globals';
import type { Attribution } from '@whoran/contracts';
import { auditFields } from './k8s-audit/audit-fields.ts';
import { auditEvent, valueIn } from './spec-events.ts';

const jane = {
  username: 'jane',
  uid: 'u-1',
  groups: ['sre'],
  extra: { team: ['core', 'net'], none: [] },
  impersonator: 'ops',
};
const session = { id: 's-1', kind: 'exec' as const, user: jane, command: ['cat', '/etc/shadow'], container: 'api', auditId: 'a-9' };
const direct: Attribution = { evidence: 'lineage', session };

const valueOf = (field: string, attribution?: Attribution) => valueIn(auditFields(), field, auditEvent({}, attribution));

describe('who did it', () => {
  it.each([
    ['k8s.user.name', 'jane'],
    ['k8s.user.uid', 'u-1'],
    ['k8s.user.groups', ['sre']],
    ['k8s.user.extra[team]', ['core', 'net']],
    ['k8s.user.extra[none]', undefined],
    ['k8s.user.extra[constructor]', undefined],
    ['k8s.user.impersonator', 'ops'],
    ['exec.session', 's-1'],
    ['exec.kind', 'exec'],
    ['exec.command', 'cat /etc/shadow'],
    ['exec.container', 'api'],
    ['exec.started', undefined],
    ['exec.audit_id', 'a-9'],
    ['exec.evidence', 'lineage'],
  ])('%s', (field, value) => expect(valueOf(field, direct)).toEqual(value));

  it('is the user of the request where there is no session', () => {
    const attribution: Attribution = { evidence: 'audit', user: { username: 'jane', groups: [] } };
    expect(valueOf('k8s.user.name', attribution)).toBe('jane');
    expect(valueOf('k8s.user.groups', attribution)).toBeUndefined();
    expect(valueOf('exec.session', attribution)).toBeUndefined();
  });

  it.each<[string, Attribution | undefined]>([
    ['nothing is known', undefined],
    ['the token was refused', { evidence: 'none', reason: 'forged-token', session }],
    ['several fit', { evidence: 'ambiguous', candidates: [session] }],
  ])('is nobody where %s', (_what, attribution) => {
    for (const field of ['k8s.user.name', 'k8s.user.groups', 'exec.session']) expect(valueOf(field, attribution)).toBeUndefined();
  });

  it('says who it may have been', () => {
    expect(valueOf('exec.candidates', { evidence: 'ambiguous', candidates: [session] })).toEqual(['jane (s-1)']);
    expect(valueOf('exec.reason', { evidence: 'none', reason: 'probe' })).toBe('probe');
  });
});
