import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '@whoran/contracts';
import { anAuditEvent } from '@whoran/testing';
import { ProbeBook } from './probe-book.ts';

const probe = (...command: readonly unknown[]) => ({ exec: { command } });
const pod = (...containers: readonly unknown[]) => ({ metadata: { name: 'api-0' }, spec: { containers } });
const api = { name: 'api', livenessProbe: probe('/bin/healthy', '-q'), readinessProbe: { httpGet: { port: 80 } } };

const created = (responseObject: unknown, different: Partial<AuditEvent> = {}) =>
  anAuditEvent({
    verb: 'create',
    stage: 'ResponseComplete',
    objectRef: { resource: 'pods', namespace: 'payments', name: 'api-0' },
    responseStatus: { code: 201 },
    responseObject,
    ...different,
  });

const program = (command: string) => {
  const [exe = '', ...args] = command.split(' ');
  return [{ at: 1n, eventId: 'e', value: { name: exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15), exe, args: args.join(' ') } }];
};
const bookOf = (...events: readonly AuditEvent[]) => {
  const book = new ProbeBook();
  for (const event of events) book.take(event);
  return book;
};
const knows = (book: ProbeBook, command = '/bin/healthy -q', container: string | undefined = 'api') =>
  book.isProbe('payments', 'api-0', container, program(command));

describe('the book of probes', () => {
  it.each<[string, AuditEvent]>([
    ['the answer to a creation', created(pod(api))],
    ['the request, when the policy leaves out answers', created(undefined, { requestObject: pod(api) })],
    ['a creation with a generated name', created(pod(api), { objectRef: { resource: 'pods', namespace: 'payments' } })],
    ['an update', created(pod(api), { verb: 'update', responseStatus: { code: 200 } })],
    ['a pod with several containers', created(pod({ name: 'sidecar' }, api))],
    ['an initial container that goes on running', created({ spec: { initContainers: [api], containers: [] } })],
    ['a startup probe', created(pod({ name: 'api', startupProbe: probe('/bin/healthy', '-q') }))],
    ['a hook', created(pod({ name: 'api', lifecycle: { preStop: probe('/bin/healthy', '-q') } }))],
  ])('learns from %s', (_what, event) => expect(knows(bookOf(event))).toBe(true));

  it.each<[string, AuditEvent]>([
    ['a refusal', created(pod(api), { responseStatus: { code: 403 } })],
    ['an exec', created(pod(api), { objectRef: { resource: 'pods', subresource: 'exec', namespace: 'payments', name: 'api-0' } })],
    ['another resource', created(pod(api), { objectRef: { resource: 'deployments', namespace: 'payments', name: 'api-0' } })],
    ['an event without bodies', created(undefined)],
    ['an event about nothing', created(pod(api), { objectRef: undefined as never })],
    ['a pod without a name', created({ spec: { containers: [api] } }, { objectRef: { resource: 'pods', namespace: 'payments' } })],
    ['a pod elsewhere', created(pod(api), { objectRef: { resource: 'pods', namespace: 'other', name: 'api-0' } })],
    ['a command that is no list of texts', created(pod({ name: 'api', livenessProbe: probe('/bin/healthy', 1) }))],
    ['containers that are no list', created({ metadata: { name: 'api-0' }, spec: { containers: { api } } })],
    ['a container without a name', created(pod({ ...api, name: undefined }))],
    ['a body that is a text', created('pod')],
  ])('learns nothing from %s', (_what, event) => expect(knows(bookOf(event))).toBe(false));

  it('knows a probe by its container and its very command', () => {
    const book = bookOf(created(pod(api)));
    expect(knows(book, '/bin/healthy -q')).toBe(true);
    expect(knows(book, '/bin/healthy')).toBe(false);
    expect(knows(book, '/bin/healthy -q --all')).toBe(false);
    expect(knows(book, '/bin/sh -q')).toBe(false);
    expect(knows(book, '/bin/healthy -q', 'sidecar')).toBe(false);
    expect(knows(book, '/bin/healthy -q', undefined)).toBe(true);
    expect(book.isProbe('payments', 'api-0', 'api', [])).toBe(false);
    expect(book.isProbe('payments', 'api-1', 'api', program('/bin/healthy -q'))).toBe(false);
  });

  it('knows what it heard last of a pod', () => {
    const book = bookOf(created(pod(api)), created(pod({ name: 'api', livenessProbe: probe('/bin/other') })));
    expect([knows(book, '/bin/healthy -q'), knows(book, '/bin/other')]).toEqual([false, true]);
  });
});
