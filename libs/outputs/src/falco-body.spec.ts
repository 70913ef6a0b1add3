import { describe, expect, it } from '@jest/globals';
import { encodeJson } from '@whoran/contracts';
import { falcoBody } from '@whoran/outputs';
import { anAlert } from '@whoran/testing';

const time = '2026-01-01T10:00:00.1Z';

describe('the Falco body of an alert', () => {
  it('has the keys of a Falco event and no others', () => {
    expect(falcoBody(anAlert({ time, uuid: 'u', message: 'm', output: 'A shell was spawned' }), false)).toEqual({
      output: 'A shell was spawned user=jane@example.com',
      priority: 'Warning',
      rule: 'Terminal shell in container',
      time: '2026-01-01T10:00:00.100000000Z',
      source: 'syscall',
      tags: ['container', 'shell'],
      hostname: 'node-a',
      output_fields: { ...anAlert().output_fields, 'whoran.alert.id': 'event-1/Terminal shell in container', 'whoran.alert.revision': 0 },
    });
  });
  it('keeps every digit of nanoseconds', () => {
    expect(encodeJson(falcoBody(anAlert(), false))).toContain('"proc.pid.ts":1767261600050000000');
  });
  it('marks an update', () => expect(falcoBody(anAlert(), true).output_fields['whoran.alert.update']).toBe(true));
  it.each([
    ['debug', 'Debug'],
    ['INFO', 'Informational'],
    ['notice', 'Notice'],
    ['Emergency', 'Emergency'],
    ['nonsense', 'Debug'],
  ])('writes priority %s as %s', (priority, word) => expect(falcoBody(anAlert({ priority }), false).priority).toBe(word));
  it('falls back on the time of the alert when the time of the event cannot be read', () => {
    for (const wrong of ['yesterday', '1960-01-01T00:00:00.5Z', '']) {
      expect(falcoBody(anAlert({ time: wrong }), false).time).toBe('2026-01-01T10:00:01.000000000Z');
    }
  });
  it('fills what Falco always has', () => {
    const { source: _s, hostname: _h, output: _o, ...bare } = anAlert({ tags: null });
    expect(falcoBody(bare, false)).toMatchObject({
      source: 'syscall',
      hostname: 'node-a',
      tags: [],
      output: 'Terminal shell in container user=jane@example.com',
    });
  });
  it('never has an empty output, which readers refuse', () => {
    const unnamed = { attribution: { evidence: 'none' as const } };
    expect(falcoBody(anAlert({ output: '', message: 'm' }, unnamed), false).output).toBe('m');
    expect(falcoBody(anAlert({ output: '', rule: '' }, unnamed), false).output).toBe('alert');
  });
  it('names nobody when nobody is known, and says no name twice', () => {
    const unnamed = anAlert({ output: 'A shell' }, { attribution: { evidence: 'none', reason: 'lineage-lost' } });
    expect(falcoBody(unnamed, false).output).toBe('A shell');
    expect(falcoBody(anAlert({ output: 'A shell (user=jane@example.com)' }), false).output).toBe('A shell (user=jane@example.com)');
  });
});
