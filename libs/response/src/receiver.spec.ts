import { describe, expect, it } from '@jest/globals';
import type { Alert, Attribution } from '@whoran/contracts';
import { anAlert } from '@whoran/testing';
import { type ResponseReceiver, checkReceiver, reasonFor, targetOfAlert } from './receiver.ts';

const user = { username: 'jane', groups: ['devs'], credentialId: 'JTI=1' };
const session: NonNullable<Attribution['session']> = { id: 's1', kind: 'exec', user };
const alertWith = (attribution: Attribution, different: Partial<Alert> = {}): Alert =>
  anAlert({ output_fields: { 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0' }, ...different }, { cluster: 'prod', attribution });
const alert = alertWith({ evidence: 'lineage', session });

describe('what a response to an alert is about', () => {
  it.each<[ResponseReceiver, object]>([
    [{ action: 'quarantine' }, { cluster: 'prod', user: 'jane' }],
    [{ action: 'quarantine', clusters: 'all' }, { user: 'jane' }],
    [
      { action: 'quarantine', of: 'credential' },
      { cluster: 'prod', credentialId: 'JTI=1' },
    ],
    [
      { action: 'disable-credentials', clusters: 'all' },
      { cluster: 'prod', user: 'jane' },
    ],
    [{ action: 'end-session' }, { cluster: 'prod', namespace: 'payments', pod: 'api-0', user: 'jane', session: 's1' }],
    [{ action: 'isolate-pod' }, { cluster: 'prod', namespace: 'payments', pod: 'api-0', user: 'jane', session: 's1' }],
  ])('%j: %j', (settings, target) => expect(targetOfAlert(alert, settings)).toEqual({ ok: true, value: target }));

  it.each<[string, Alert, ResponseReceiver, string]>([
    ['nobody is named', alertWith({ evidence: 'none' }), { action: 'quarantine' }, 'names no user'],
    ['several fit', alertWith({ evidence: 'ambiguous', candidates: [session] }), { action: 'quarantine' }, 'names no user'],
    ['only the environment says so', alertWith({ evidence: 'environment', session }), { action: 'quarantine' }, '"environment" only'],
    ['only the time says so', alertWith({ evidence: 'audit', session }), { action: 'quarantine' }, '"audit" only'],
    [
      'the credential is not known',
      alertWith({ evidence: 'root', user: { username: 'jane', groups: [] } }),
      { action: 'quarantine', of: 'credential' },
      'which credential',
    ],
    ['no pod is named', alertWith({ evidence: 'lineage', session }, { output_fields: {} }), { action: 'isolate-pod' }, 'names no pod'],
    ['less is trusted', alert, { action: 'quarantine', evidence: ['root'] }, '"lineage" only'],
  ])('is nothing when %s', (_, about, settings, message) =>
    expect(targetOfAlert(about, settings)).toMatchObject({ ok: false, error: expect.stringContaining(message) }),
  );

  it.each<[string, Alert, ResponseReceiver]>([
    ['what the API server itself says', alertWith({ evidence: 'audit', user }, { source: 'k8s_audit' }), { action: 'quarantine' }],
    ['what the operator trusts', alertWith({ evidence: 'audit', session }), { action: 'quarantine', evidence: ['audit'] }],
  ])('rests on %s', (_, about, settings) => expect(targetOfAlert(about, settings).ok).toBe(true));
});

describe('the reason that the user is shown', () => {
  it('is filled in, within its bound', () => {
    expect(reasonFor(alert, { action: 'quarantine' })).toBe('rule "Terminal shell in container" fired');
    const reason = '{{ user }} in {{namespace}}/{{pod}} of {{cluster}}, {{session}}, {{priority}}';
    expect(reasonFor(alert, { action: 'quarantine', reason })).toBe('jane in payments/api-0 of prod, s1, Warning');
    const long = alertWith({ evidence: 'root', session: { ...session, user: { ...user, username: 'x'.repeat(60_000) } } });
    expect(reasonFor(long, { action: 'quarantine', reason: '{{user}}'.repeat(60) }).length).toBeLessThanOrEqual(1024);
    expect(reasonFor(alertWith({ evidence: 'none' }), { action: 'quarantine', reason: '{{user}}' })).toBe('unknown');
  });
  it('takes words from hostile names as they are', () => {
    const hostile = alertWith({ evidence: 'root', session: { ...session, user: { ...user, username: '{{rule}} $& $1' } } });
    expect(reasonFor(hostile, { action: 'quarantine', reason: 'by {{user}}' })).toBe('by {{rule}} $& $1');
  });
});

it.each<[ResponseReceiver, readonly string[]]>([
  [{ action: 'quarantine', reason: '{{rule}}' }, []],
  [{ action: 'quarantine', reason: '{{rul}} {{user}} {{}}' }, ['/reason', '/reason']],
  [{ action: 'isolate-pod', of: 'credential' }, ['/of']],
  [{ action: 'end-session', duration: '1h' }, ['/duration']],
  [{ action: 'quarantine', evidence: ['root', 'none'] }, ['/evidence']],
])('of the settings %j, %j are wrong', (settings, items) => {
  expect(checkReceiver(settings).map(({ item }) => item)).toEqual(items);
});
