import { describe, expect, it } from '@jest/globals';
import { check, shScript, topics } from '@whoran/contracts';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { KnownPod } from '../pods/known-pod.ts';
import { aContext, aRequest, recordedRequest, UID } from '../spec-parts.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { injectIdentity } from './inject-identity.ts';

const WRAP = ['/usr/bin/env', 'SEC_SESSION=T', 'SEC_USER_ID=jane@example.com'];
const POD: KnownPod = {
  uid: 'pod-uid',
  node: 'node-a',
  labels: { app: 'api' },
  containers: [{ name: 'api', image: 'debian:12', imageId: 'debian@sha256:1' }],
  onlyContainer: 'api',
  windows: false,
};

/** The decision, after checking that its session is one that readers of the topic take. */
function decide(request: AdmissionRequest, context: Partial<DecisionContext> = {}): Decision {
  const decision = injectIdentity(request, aContext(context));
  if ('session' in decision) expect(check(topics.execSessions.schema, decision.session)).toMatchObject({ ok: true });
  return decision;
}
const sessionOf = (decision: Decision) => ('session' in decision ? decision.session : undefined);
const patchOf = (decision: Decision) => (decision.kind === 'admitted' ? decision.patch : undefined);

describe('an exec', () => {
  it('gets the token in front of its command, and a session', () => {
    expect(decide(aRequest({}, { tty: true }), { pod: POD })).toEqual({
      kind: 'admitted',
      patch: [{ op: 'replace', path: '/command', value: [...WRAP, 'id'] }],
      session: {
        id: UID,
        cluster: 'test',
        kind: 'exec',
        phase: 'requested',
        observer: 'webhook',
        revision: 0,
        user: { username: 'jane@example.com', groups: ['sre'] },
        namespace: 'payments',
        pod: 'api-0',
        podUid: 'pod-uid',
        node: 'node-a',
        container: 'api',
        image: 'debian:12',
        imageId: 'debian@sha256:1',
        command: ['id'],
        tty: true,
        stdin: false,
        injected: true,
        strategy: 'env',
        requestedAt: '2026-01-01T10:00:00.000Z',
      },
    });
  });

  const sh = (...command: string[]) => ['/bin/sh', '-c', shScript('SEC_'), 'sh', 'T', 'jane@example.com', ...command];
  const commands: [string, Record<string, unknown>, Partial<DecisionContext>, readonly string[]][] = [
    [
      'keeps arguments with spaces, quotes and dollars apart',
      { command: ['sh', '-c', 'echo "$HOME" \'x\''] },
      {},
      [...WRAP, 'sh', '-c', 'echo "$HOME" \'x\''],
    ],
    ['uses sh when env would take the program for an assignment', { command: ['A=B', 'id'] }, {}, sh('A=B', 'id')],
    [
      'adds the token although the command has one',
      { command: ['env', 'SEC_SESSION=x', 'id'] },
      {},
      [...WRAP, 'env', 'SEC_SESSION=x', 'id'],
    ],
    ['uses sh where a rule says so', {}, { policy: { rules: [{ strategy: 'sh' }] } }, sh('id')],
    [
      'uses what was learned about the image',
      {},
      { pod: POD, learned: (image) => (image === 'debian@sha256:1' ? 'sh' : undefined) },
      sh('id'),
    ],
    [
      'goes by the rule rather than by what was learned',
      {},
      { pod: POD, learned: () => 'none', policy: { rules: [{ namespaces: ['pay*'], strategy: 'env' }] } },
      [...WRAP, 'id'],
    ],
    ['uses another prefix', {}, { prefix: 'WHO_' }, ['/usr/bin/env', 'WHO_SESSION=T', 'WHO_USER_ID=jane@example.com', 'id']],
  ];
  it.each(commands)('%s', (_name, object, context, command) => {
    expect(patchOf(decide(aRequest({}, object), context))).toEqual([{ op: 'replace', path: '/command', value: command }]);
  });

  const uninjected: [string, Partial<AdmissionRequest>, Record<string, unknown>, Partial<DecisionContext>, RegExp][] = [
    ['an empty command, which env would turn into a listing', {}, { command: [] }, {}, /empty/],
    ['no command at all', {}, { command: undefined }, {}, /empty/],
    [
      'a rule of none, by its name',
      {},
      {},
      { policy: { rules: [{ name: 'distroless', containers: ['api'], strategy: 'none' }] } },
      /rule distroless/,
    ],
    [
      'a rule of none, by its number',
      {},
      {},
      {
        policy: {
          rules: [
            { users: ['x'], strategy: 'sh' },
            { users: ['jane@*'], strategy: 'none' },
          ],
        },
      },
      /rule 2/,
    ],
    ['an image that was learned to have no env', {}, {}, { pod: POD, learned: () => 'none' }, /learned/],
    ['a Windows pod', {}, {}, { pod: { ...POD, windows: true } }, /Windows/],
    ['a uid that is no UUID', { uid: 'x' }, {}, {}, /UUID/],
    ['a pod name of two lines', { name: 'a\nb' }, {}, {}, /name/],
    ['a username of 70,000 characters', { userInfo: { username: 'x'.repeat(70_000) } }, {}, {}, /username/],
  ];
  it.each(uninjected)('is left alone and recorded: %s', (_name, request, object, context, reason) => {
    const decision = decide(aRequest({ ...request }, object), context);
    expect(decision).toMatchObject({
      kind: 'admitted',
      patch: [],
      session: { injected: false, strategy: 'none', reason: expect.stringMatching(reason) },
    });
  });

  it('is signed for its pod and for the encoded user, also when the command has no room for the name', () => {
    const signed: unknown[] = [];
    const username = 'ü'.repeat(4096);
    const decision = decide(aRequest({ userInfo: { username } }), { sign: (...args) => (signed.push(args), 'T') });
    expect(signed).toEqual([[UID, { cluster: 'test', namespace: 'payments', pod: 'api-0', user: '%C3%BC'.repeat(4096) }]]);
    expect(patchOf(decision)?.[0]?.value).toEqual(['/usr/bin/env', 'SEC_SESSION=T', 'SEC_USER_ID=', 'id']);
    expect(sessionOf(decision)?.user.username).toBe(username);
  });

  it.each([
    ['the only one, when the client names none', { container: '' }, POD, 'api'],
    ['unknown, when the client names none and the pod is not known', { container: '' }, undefined, undefined],
    [
      'unknown, when the client names none and the pod has several',
      { container: '' },
      { labels: {}, containers: [{ name: 'a' }, { name: 'b' }], windows: false },
      undefined,
    ],
    ['the named one, when the pod is not known', {}, undefined, 'api'],
  ])('is in the container: %s', (_name, object, pod, container) => {
    expect(sessionOf(decide(aRequest({}, object), pod ? { pod } : {}))?.container).toBe(container);
  });

  it('is unsigned without a key, and unreadable with a command that is none', () => {
    expect(decide(aRequest(), { sign: () => undefined })).toMatchObject({ kind: 'unsigned', session: { injected: false } });
    expect(decide(aRequest({}, { command: 'id' }))).toMatchObject({ kind: 'unreadable' });
    expect(decide(aRequest({ object: null }))).toMatchObject({ kind: 'unreadable' });
  });

  it('of a megabyte is wrapped whole and recorded in part', () => {
    const command = ['echo', 'x'.repeat(1_000_000), 'last'];
    const decision = decide(aRequest({}, { command }));
    expect(patchOf(decision)?.[0]?.value).toEqual([...WRAP, ...command]);
    const kept = sessionOf(decision)?.command ?? [];
    expect([kept.join('').length < 263_000, kept.at(-1)]).toEqual([true, '…']);
  });
});

describe('recorded requests', () => {
  it.each([
    ['exec', { kind: 'exec', command: ['ls', '-la', '/etc'], injected: true, strategy: 'env' }],
    ['exec-awkward-user', { kind: 'exec', user: { username: 'o\'brien, bob "x" $HOME' }, injected: true }],
    ['exec-equals-sign', { kind: 'exec', command: ['A=B', 'id'], strategy: 'sh' }],
    ['copy-to-pod', { kind: 'copy', copy: { direction: 'to-pod', path: '/tmp' }, injected: true }],
    ['copy-from-pod', { kind: 'copy', copy: { direction: 'from-pod', path: '/tmp/up.txt' } }],
    ['attach', { kind: 'attach', container: 'api', injected: false, strategy: 'none', tty: false }],
    ['port-forward', { kind: 'port-forward', injected: false, strategy: 'none' }],
    ['ephemeral-container', { kind: 'ephemeral-container', node: 'node-a', injected: true, strategy: 'env' }],
    ['debug-node', { kind: 'debug-pod', pod: 'node-debugger-node-a-lgr2r', namespace: 'default', injected: true }],
  ])('%s becomes a session', (name, expected) => {
    const request = recordedRequest(name);
    const session = sessionOf(decide(request));
    expect(session).toMatchObject({ id: request.uid, user: { credentialId: expect.stringContaining('X509SHA256=') }, ...expected });
  });

  it.each(['create-pod', 'debug-copy-unlabelled'])('%s passes untouched: nothing tells it from any other pod', (name) => {
    expect(decide(recordedRequest(name))).toEqual({ kind: 'untouched' });
  });

  it('encodes the awkward user into one word', () => {
    expect(patchOf(decide(recordedRequest('exec-awkward-user')))?.[0]?.value).toContain("SEC_USER_ID=o'brien%2C%20bob%20%22x%22%20%24HOME");
  });
});

describe('everything else', () => {
  it.each<[string, Partial<AdmissionRequest>]>([
    ['another resource', { resource: { group: 'apps', resource: 'deployments' }, operation: 'CREATE', subResource: '' }],
    ['pods of another group', { resource: { group: 'metrics.k8s.io', resource: 'pods' } }],
    ['proxy', { subResource: 'proxy' }],
    ['a delete', { operation: 'DELETE', subResource: null }],
  ])('passes untouched: %s', (_name, request) => expect(decide(aRequest(request))).toEqual({ kind: 'untouched' }));
});

describe('a user in quarantine', () => {
  const blocked = () => ({ who: 'user jane@example.com', reason: 'incident 42', until: Date.parse('2026-02-01T00:00:00Z') });
  it.each<[string, Partial<AdmissionRequest>, string]>([
    ['exec', {}, 'exec refused by whoran: user jane@example.com is quarantined until 2026-02-01T00:00:00.000Z: incident 42'],
    [
      'attach',
      { subResource: 'attach' },
      'attach refused by whoran: user jane@example.com is quarantined until 2026-02-01T00:00:00.000Z: incident 42',
    ],
  ])('is refused: %s', (_name, request, message) => {
    expect(decide(aRequest(request), { blocked })).toMatchObject({
      kind: 'refused',
      message,
      session: { phase: 'refused', injected: false, strategy: 'none', reason: message },
    });
  });

  it('may still create pods that are no sessions', () => {
    expect(decide(recordedRequest('create-pod'), { blocked })).toEqual({ kind: 'untouched' });
  });
});
