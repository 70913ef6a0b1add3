import { describe, expect, it } from '@jest/globals';
import type { AuditEvent, ExecSession } from '@whoran/contracts';
import { anAuditEvent } from '@whoran/testing';
import { sessionsOf } from './derive-sessions.ts';

const of = (event: Partial<AuditEvent>) => sessionsOf(anAuditEvent(event), { webhookName: 'exec.whoran.dev' });

describe('an ephemeral container', () => {
  const objectRef = { resource: 'pods', subresource: 'ephemeralcontainers', namespace: 'n', name: 'p' };
  const add = (different: Partial<AuditEvent>) =>
    of({ objectRef, verb: 'patch', stage: 'ResponseComplete', responseStatus: { code: 200 }, requestURI: '/x', ...different });
  const pod = (...names: string[]) => ({
    metadata: { uid: 'u' },
    spec: { nodeName: 'node-1', ephemeralContainers: names.map((name) => ({ name, image: 'busybox', args: ['sh'], tty: true })) },
  });

  it.each<[string, Partial<AuditEvent>, (string | undefined)[]]>([
    ['is the one in the patch', { requestObject: pod('new'), responseObject: pod('old', 'new') }, ['new']],
    ['is the last one without the patch', { responseObject: pod('old', 'new') }, ['new']],
    ['is the last one of an update', { verb: 'update', requestObject: pod('old', 'new') }, ['new']],
    [
      'is in a JSON patch',
      {
        requestObject: [
          { op: 'add', path: '/spec/ephemeralContainers/-', value: { name: 'new' } },
          { op: 'add', path: '/metadata/x', value: { name: 'no' } },
        ],
      },
      ['new'],
    ],
    ['may be several', { requestObject: pod('one', 'two') }, ['one', 'two']],
    ['is not known at level Metadata', { level: 'Metadata' }, [undefined]],
    ['does not start in a dry run', { requestURI: '/x?dryRun=All', requestObject: pod('new') }, []],
  ])('%s', (_name, event, containers) => expect(add(event).map(({ container }) => container)).toEqual(containers));

  it('has what runs in it, and where', () => {
    expect(add({ requestObject: pod('a', 'b'), responseObject: pod('a', 'b') })).toMatchObject([
      {
        id: 'audit:112ce082-391d-4875-8c42-0a495b6d5bdd',
        podUid: 'u',
        node: 'node-1',
        command: ['sh'],
        tty: true,
        stdin: false,
        startedAt: '2026-01-01T10:00:00.010000Z',
      },
      { id: 'audit:112ce082-391d-4875-8c42-0a495b6d5bdd/b' },
    ]);
    expect(add({ level: 'Metadata' })[0]?.reason).toContain('level is Metadata');
    expect(add({ responseStatus: { code: 403, reason: 'Forbidden' } })).toMatchObject([{ phase: 'refused', reason: 'Forbidden' }]);
  });
});

describe('a debug pod', () => {
  const labelled = { metadata: { name: 'copy', labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } } };
  const create = (different: Partial<AuditEvent>, name?: string) =>
    of({
      objectRef: { resource: 'pods', namespace: 'n', ...(name === undefined ? {} : { name }) },
      verb: 'create',
      stage: 'ResponseComplete',
      responseStatus: { code: 201 },
      requestURI: '/x',
      ...different,
    });
  it.each<[string, ExecSession[], (string | undefined)[]]>([
    ['by its label', create({ requestObject: labelled }, 'copy'), ['copy']],
    ['by the label in the answer, which also has the name', create({ responseObject: labelled }), ['copy']],
    ['by its name', create({}, 'node-debugger-node-1-x7k2p'), ['node-debugger-node-1-x7k2p']],
    ['not by a similar name', create({}, 'node-debugger-x'), []],
    ['not another pod', create({ requestObject: { metadata: { labels: { a: 'b' } } } }, 'web-0'), []],
    ['not a dry run', create({ requestURI: '/x?dryRun=All', requestObject: labelled }, 'copy'), []],
    ['not a deletion', create({ verb: 'delete', requestObject: labelled }, 'copy'), []],
  ])('is known %s', (_name, sessions, pods) => expect(sessions.map(({ pod }) => pod)).toEqual(pods));
});
