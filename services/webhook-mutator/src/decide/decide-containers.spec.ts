import { describe, expect, it } from '@jest/globals';
import { check, topics } from '@whoran/contracts';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import { aContext, aRequest } from '../spec-parts.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { injectIdentity } from './inject-identity.ts';

/** The decision, after checking that its session is one that readers of the topic take. */
function decide(request: AdmissionRequest, context: Partial<DecisionContext> = {}): Decision {
  const decision = injectIdentity(request, aContext(context));
  if ('session' in decision) expect(check(topics.execSessions.schema, decision.session)).toMatchObject({ ok: true });
  return decision;
}
const sessionOf = (decision: Decision) => ('session' in decision ? decision.session : undefined);
const patchOf = (decision: Decision) => (decision.kind === 'admitted' ? decision.patch : undefined);

describe('kubectl debug', () => {
  const MARKS = [
    { name: 'SEC_SESSION', value: 'T' },
    { name: 'SEC_USER_ID', value: 'jane@example.com' },
  ];
  const pod = (metadata: object, spec: object) => ({ operation: 'CREATE', subResource: '', name: '', object: { metadata, spec } });
  const LABEL = { 'app.kubernetes.io/managed-by': 'kubectl-debug' };
  const ephemeral = (added: object[], old: object[] = []) => ({
    operation: 'UPDATE',
    subResource: 'ephemeralcontainers',
    object: {
      metadata: { uid: 'p', labels: { app: 'api' } },
      spec: { containers: [{ name: 'api' }], ephemeralContainers: [...old, ...added] },
    },
    oldObject: { spec: { ephemeralContainers: old } },
  });

  it('sets the environment of the container it adds, not of those before', () => {
    const decision = decide(aRequest(ephemeral([{ name: 'new', image: 'busybox', tty: true, stdin: true }], [{ name: 'old' }])));
    expect(patchOf(decision)).toEqual([{ op: 'add', path: '/spec/ephemeralContainers/1/env', value: MARKS }]);
    expect(sessionOf(decision)).toMatchObject({
      kind: 'ephemeral-container',
      container: 'new',
      image: 'busybox',
      podUid: 'p',
      tty: true,
      stdin: true,
      injected: true,
    });
  });

  it('replaces entries that pretend to be ours, and keeps the others', () => {
    const env = [
      { name: 'SEC_SESSION', value: 'forged' },
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ];
    expect(patchOf(decide(aRequest(ephemeral([{ name: 'new', env }]))))).toEqual([
      { op: 'replace', path: '/spec/ephemeralContainers/0/env', value: [env[1], ...MARKS] },
    ]);
  });

  it('with several containers at once is one session, and says so', () => {
    const decision = decide(aRequest(ephemeral([{ name: 'one' }, { name: 'two' }])));
    expect(patchOf(decision)).toHaveLength(2);
    expect(sessionOf(decision)).toMatchObject({ container: 'one', reason: expect.stringContaining('2 containers') });
  });

  it('that adds no container is untouched', () =>
    expect(decide(aRequest(ephemeral([], [{ name: 'old' }])))).toEqual({ kind: 'untouched' }));

  it('makes a pod whose containers all get the marks, except where a rule says none', () => {
    const spec = { initContainers: [{ name: 'init' }], containers: [{ name: 'app' }, { name: 'debugger' }] };
    const decision = decide(aRequest(pod({ name: 'api-0-debug', labels: LABEL }, spec)), {
      policy: { rules: [{ containers: ['app'], strategy: 'none' }] },
    });
    expect(patchOf(decision)?.map(({ path }) => path)).toEqual(['/spec/initContainers/0/env', '/spec/containers/1/env']);
    expect(sessionOf(decision)).toMatchObject({ kind: 'debug-pod', pod: 'api-0-debug', injected: true, strategy: 'env' });
    expect(sessionOf(decision)).not.toHaveProperty('container');
  });

  it('of a pod that has no name yet is recorded without a token: it would be bound to nothing', () => {
    const decision = decide(aRequest(pod({ generateName: 'x-', labels: LABEL }, { containers: [{ name: 'a' }] })));
    expect(decision).toMatchObject({
      kind: 'admitted',
      patch: [],
      session: { injected: false, reason: expect.stringContaining('generateName') },
    });
  });

  it('everywhere under a rule of none is recorded only', () => {
    const decision = decide(aRequest(ephemeral([{ name: 'new' }])), {
      policy: { rules: [{ podLabels: { app: 'a*' }, strategy: 'none' }] },
    });
    expect(decision).toMatchObject({ patch: [], session: { injected: false, strategy: 'none', reason: 'policy rule 1 says none' } });
  });
});
