import { describe, expect, it } from '@jest/globals';
import { type Attribution, type SessionRef, check, topics } from '@whoran/contracts';
import { aFalcoEvent } from '@whoran/testing';
import { attributedEvent } from './attributed-event.ts';

const jane: SessionRef = { id: 's-1', kind: 'exec', user: { username: 'jane@example.com', groups: ['sre'] } };
const joe: SessionRef = { id: 's-2', kind: 'copy', user: { username: 'joe', groups: [] } };
const told = (session: SessionRef): Attribution => ({ evidence: 'root', session });

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
