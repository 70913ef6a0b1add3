import { describe, expect, it } from '@jest/globals';
import { type Attribution, type SessionRef, check, topics } from '@whoran/contracts';
import { aFalcoEvent } from '@whoran/testing';
import { attributedEvent, fieldsOf } from './attributed-event.ts';

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
  ])('say %s', (_what, attribution, fields) => expect(fieldsOf(attribution)).toEqual(fields));

  it('are bounded although a user has no end of extras', () => {
    const extra = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key-${index}`, ['x']]));
    const fields = Object.keys(fieldsOf(told({ ...jane, user: { ...jane.user, extra } })));
    expect(fields.filter((name) => name.startsWith('k8s.user.extra['))).toHaveLength(20);
  });
});

describe('an attributed event', () => {
  it('is the Falco event with the user at the end of its texts, its origin, and the answer', () => {
    const event = aFalcoEvent({ output: 'Process started', message: 'started' });
    const attributed = attributedEvent(event, told(jane), 3);
    expect(attributed).toMatchObject({
      output: 'Process started user=jane@example.com',
      message: 'started user=jane@example.com',
      rule: event.rule,
      tags: event.tags,
      output_fields: { ...event.output_fields, 'k8s.user.name': 'jane@example.com' },
      whoran: { ...event.whoran, revision: 3, attribution: told(jane) },
    });
    expect(check(topics.attributedEvents.schema, attributed).ok).toBe(true);
  });

  it.each<[string, Attribution, string]>([
    ['nobody', { evidence: 'none', reason: 'probe' }, 'Process started'],
    ['several', { evidence: 'ambiguous', candidates: [jane, joe] }, 'Process started user=jane@example.com|joe?'],
  ])('names %s in its output as it is', (_who, attribution, output) =>
    expect(attributedEvent(aFalcoEvent(), attribution, 0).output).toBe(output),
  );

  it('makes up no texts, and changes nothing of the event that it is made of', () => {
    const { output: _output, ...event } = aFalcoEvent({}, { 'exec.session': 'eve' });
    const before = { ...event.output_fields };
    expect(Object.keys(attributedEvent(event, told(jane), 0))).toEqual(expect.not.arrayContaining(['output', 'message']));
    expect(event.output_fields).toEqual(before);
  });

  it('drops every field that pretends to be ours, and no other', () => {
    const pretended = { 'k8s.user.name': 'eve', 'k8s.user.extra[x]': 'eve', 'exec.session': 'eve', 'exec.anything': 'eve' };
    const kept = { 'k8s.users.name': 'kept', 'k8s.ns.name': 'kept', execs: 'kept', 'proc.exec.x': 'kept' };
    const { output_fields: fields } = attributedEvent(aFalcoEvent({}, { ...pretended, ...kept }), { evidence: 'none', reason: 'probe' }, 0);
    expect(fields).toMatchObject(kept);
    expect(Object.values(fields)).not.toContain('eve');
  });
});
