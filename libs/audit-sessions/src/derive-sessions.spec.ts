import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type AuditEvent, type ExecSession, check, parseJson, topics } from '@whoran/contracts';
import { anAuditEvent } from '@whoran/testing';
import fc from 'fast-check';
import { sessionsOf } from './derive-sessions.ts';

const options = { webhookName: 'exec.whoran.dev' };
const SESSION = '4cf8e840-6049-4b78-959e-559b16d942a4';
const annotated = { 'exec.whoran.dev/session': SESSION, 'exec.whoran.dev/strategy': 'env' };
const json = parseJson(readFileSync(new URL('../../../services/audit-ingester/src/fixtures/event-list.json', import.meta.url), 'utf8'));
const recorded = ((json.ok ? json.value : {}) as { items: AuditEvent[] }).items.map((event) => ({
  ...event,
  whoran: { id: 'x', cluster: 'test-a', receivedAt: '2026-11-22T04:50:00Z' },
}));

const of = (event: Partial<AuditEvent>, uri?: string) =>
  sessionsOf(anAuditEvent({ ...event, ...(uri === undefined ? {} : { requestURI: uri }) }), options);
const execUri = (query: string) => `/api/v1/namespaces/payments/pods/api-0/exec?${query}`;

describe('sessions of recorded events', () => {
  const [received, started, complete, refused, impersonated, attach, forward, copy, plain, ephemeral, debug] = recorded.map((event) =>
    sessionsOf(event, options),
  );

  it('say nothing when a request was only received', () => expect(received).toEqual([]));

  it('start with the answer 101, with the exact time', () => {
    expect(started).toEqual([
      {
        id: SESSION,
        cluster: 'test-a',
        kind: 'exec',
        phase: 'started',
        observer: 'audit',
        revision: 1,
        injected: true,
        strategy: 'env',
        user: {
          username: 'jane@example.com',
          groups: ['devs', 'payments', 'system:authenticated'],
          extra: {
            'authentication.kubernetes.io/credential-id': ['X509SHA256=c96dddf39cf291b97e1496703f31209f1eda4c8557b62c84d6ccc85699d81e4b'],
          },
          credentialId: 'X509SHA256=c96dddf39cf291b97e1496703f31209f1eda4c8557b62c84d6ccc85699d81e4b',
        },
        namespace: 'payments',
        pod: 'api-0',
        container: 'api',
        command: ['ls', '-la', '/etc'],
        tty: false,
        stdin: false,
        requestedAt: '2026-11-22T04:49:44.618787Z',
        startedAt: '2026-11-22T04:49:44.627700Z',
        audit: {
          id: 'be353ed4-7105-403a-ad50-009cb373a577',
          sourceIps: ['127.0.0.1'],
          userAgent: 'kubectl/v1.32.4 (linux/amd64) kubernetes/4cb5f07',
          level: 'RequestResponse',
          code: 101,
        },
      },
    ]);
  });

  it('start and end with the complete response, should the start have been lost', () => {
    expect(complete?.map(({ phase, revision, startedAt, endedAt }) => ({ phase, revision, startedAt, endedAt }))).toEqual([
      { phase: 'started', revision: 0 },
      { phase: 'ended', revision: 0, endedAt: '2026-11-22T04:49:44.694427Z' },
    ]);
  });

  it.each<[string, ExecSession[] | undefined, Partial<ExecSession>]>([
    [
      'a refusal',
      refused,
      {
        phase: 'refused',
        injected: false,
        command: ['id'],
        reason: expect.stringMatching(/^Forbidden: pods "api-0" is forbidden/) as never,
      },
    ],
    ['impersonation', impersonated, { phase: 'started', user: expect.objectContaining({ impersonator: 'kubernetes-admin' }) as never }],
    [
      'attach',
      attach,
      { kind: 'attach', phase: 'started', container: 'api', id: 'audit:c3143c6c-5e88-43ac-b988-2d741aa0eb22', injected: false },
    ],
    ['port-forward', forward, { kind: 'port-forward', phase: 'started' }],
    [
      'kubectl cp',
      copy,
      { kind: 'copy', stdin: true, copy: { direction: 'to-pod', path: '/tmp' }, command: ['tar', '-xmf', '-', '-C', '/tmp'] },
    ],
    [
      'an exec that was left as it was',
      plain,
      {
        command: ['/bin/hello', '--no-inject', 'one', 'two words'],
        injected: false,
        reason: 'the webhook was called and left the request as it was',
      },
    ],
    [
      'an ephemeral container',
      ephemeral,
      {
        kind: 'ephemeral-container',
        phase: 'started',
        container: 'debugger-tpwm8',
        image: 'localhost/debian:12',
        command: ['sh', '-c', 'id; cat /etc/passwd; sleep 1'],
        podUid: '0097bc90-fde1-4c19-b671-6826dbb1fbf8',
        node: 'node-a',
      },
    ],
    [
      'a node debugger',
      debug,
      {
        kind: 'debug-pod',
        phase: 'started',
        pod: 'node-debugger-node-a-lgr2r',
        namespace: 'default',
        node: 'node-a',
        podUid: expect.any(String) as never,
      },
    ],
  ])('know %s', (_name, sessions, expected) => expect(sessions?.[0]).toMatchObject(expected));

  it('have no user of port-forward command and no container of a debug pod', () => {
    expect(forward?.[0]).not.toHaveProperty('command');
    expect(debug?.[0]).not.toHaveProperty('container');
  });

  it('are valid on their topic', () => {
    const all = recorded.flatMap((event) => sessionsOf(event, options));
    expect(all.map((session) => check(topics.execSessions.schema, session))).toEqual(all.map((value) => ({ ok: true, value })));
  });
});

describe('the command', () => {
  it.each([
    ['command=sh&command=-c&command=echo+%22a%20b%22+%26%26+id', ['sh', '-c', 'echo "a b" && id']],
    ['command=a%3Db&command=&command', ['a=b', '', '']],
    ['command=100%25&command=100%', ['100%', '100%']],
    ['command=%zz%41&command=%c3%28', ['%zzA', '\uFFFD(']],
    ['container=api', []],
    ['&&command=j%C3%BCrgen', ['jürgen']],
  ])('of %s', (query, command) => expect(of({}, execUri(query))[0]?.command).toEqual(command));

  it.each([
    ['tty=true&stdin=1', true, true],
    ['tty=&stdin', true, true],
    ['tty=false&stdin=0', false, false],
    ['tty=False&stdin=no', false, true],
    ['', false, false],
  ])('has flags as Kubernetes reads them: %s', (query, tty, stdin) => expect(of({}, execUri(query))[0]).toMatchObject({ tty, stdin }));
});

describe('why a session has no token', () => {
  it.each([
    [annotated, { id: SESSION, injected: true, strategy: 'env' }],
    [
      { ...annotated, 'exec.whoran.dev/strategy': 'sh' },
      { injected: true, strategy: 'sh' },
    ],
    [
      { ...annotated, 'exec.whoran.dev/strategy': 'none' },
      { id: SESSION, injected: false, strategy: 'none', reason: expect.stringContaining('chose') },
    ],
    [{ ...annotated, 'exec.whoran.dev/session': SESSION.toUpperCase() }, { id: SESSION }],
    [
      { ...annotated, 'exec.whoran.dev/session': 'not-a-uuid' },
      { id: 'audit:112ce082-391d-4875-8c42-0a495b6d5bdd', injected: false },
    ],
    [
      { 'other.example.com/session': SESSION },
      { id: 'audit:112ce082-391d-4875-8c42-0a495b6d5bdd', reason: expect.stringContaining('not called') },
    ],
    [
      { 'failed-open.mutation.webhook.admission.k8s.io/round_0_index_1': 'exec.whoran.dev' },
      { injected: false, reason: expect.stringContaining('could not be reached') },
    ],
    [
      { 'failed-open.mutation.webhook.admission.k8s.io/round_0_index_1': 'other.example.com' },
      { reason: expect.stringContaining('not called') },
    ],
    [null, { injected: false, reason: expect.stringContaining('not called') }],
  ] as [NonNullable<AuditEvent['annotations']> | null, object][])('%j', (annotations, expected) =>
    expect(of({ annotations })[0]).toMatchObject(expected),
  );
});

describe('stages and codes', () => {
  const panic = { stage: 'Panic', responseStatus: { code: 500, reason: 'InternalError' } };
  it.each<[Partial<AuditEvent>, string[]]>([
    [{ verb: 'create' }, ['started']],
    [{ verb: 'list' }, []],
    [{ requestURI: execUri('command=id&dryRun=All') }, ['started']],
    [{ stage: 'ResponseComplete' }, ['started', 'ended']],
    [{ stage: 'ResponseComplete', responseStatus: {} }, ['started', 'ended']],
    [{ stage: 'ResponseComplete', responseStatus: { code: 404 } }, ['refused']],
    [{ responseStatus: { code: 500 } }, ['refused']],
    [panic, ['ended']],
    [{ stage: 'Unheard' }, []],
    [{ objectRef: { resource: 'pods', subresource: 'log', namespace: 'n', name: 'p' } }, []],
    [{ objectRef: { resource: 'services', subresource: 'exec', namespace: 'n', name: 'p' } }, []],
    [{ objectRef: { resource: 'pods', subresource: 'exec', apiGroup: 'metrics.k8s.io', namespace: 'n', name: 'p' } }, []],
    [{ objectRef: { resource: 'pods', subresource: 'exec' } }, []],
  ])('%j', (event, phases) => expect(of(event).map(({ phase }) => phase)).toEqual(phases));
});

describe('whatever an event holds', () => {
  it('sessions are valid and nothing throws', () => {
    const anything = fc.anything({ maxDepth: 4, withBigInt: true });
    const event = fc.record({
      stage: fc.constantFrom('ResponseStarted', 'ResponseComplete', 'Panic'),
      verb: fc.constantFrom('get', 'create', 'patch', 'update'),
      subresource: fc.constantFrom('exec', 'attach', 'portforward', 'ephemeralcontainers', undefined),
      requestURI: fc.string({ maxLength: 2000 }).map((text) => `/x?container=${text}&command=${text}&${text}`),
      username: fc.string(),
      requestObject: fc.oneof(
        anything,
        fc.record({
          spec: fc.record({
            ephemeralContainers: fc.oneof(anything, fc.array(fc.record({ name: fc.oneof(fc.string(), anything), command: anything }))),
          }),
        }),
      ),
    });
    fc.assert(
      fc.property(event, ({ stage, verb, subresource, requestURI, username, requestObject }) => {
        const objectRef = {
          resource: 'pods',
          namespace: 'n',
          name: 'node-debugger-a-abcde',
          ...(subresource === undefined ? {} : { subresource }),
        };
        for (const session of of({ stage, verb, requestURI, user: { username }, requestObject, objectRef })) {
          expect(check(topics.execSessions.schema, session)).toMatchObject({ ok: true });
        }
      }),
    );
  });
});
