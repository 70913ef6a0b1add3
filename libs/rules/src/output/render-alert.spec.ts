import { describe, expect, it } from '@jest/globals';
import { encodeJson } from '@whoran/contracts';
import { err } from '@whoran/kernel';
import { auditFields } from '../fields/k8s-audit/audit-fields.ts';
import { auditEvent } from '../fields/spec-events.ts';
import { type AlertOptions, type AlertingRule, alertRenderer } from './render-alert.ts';

const rule: AlertingRule = {
  name: 'Pod Created',
  source: 'k8s_audit',
  priority: 'Notice',
  tags: ['network', 'k8s', 'k8s'],
  output: 'pod created (user=%ka.user.name uid=%k8s.user.uid verb=%ka.verb)',
  extraFields: [],
};

function alertOf(different: Partial<AlertingRule>, options: AlertOptions = {}) {
  const renderer = alertRenderer({ ...rule, ...different }, auditFields(), options);
  if (!renderer.ok) throw new Error(renderer.error);
  return renderer.value(auditEvent());
}

describe('an alert', () => {
  it('is what Falco writes', () => {
    expect(encodeJson(alertOf({}))).toBe(
      '{"hostname":"control-plane",' +
        '"message":"pod created (user=jane uid=<NA> verb=create)",' +
        '"output":"12:00:00.012345678: Notice pod created (user=jane uid=<NA> verb=create)",' +
        '"output_fields":{"evt.time":1770120000012345678,"k8s.user.uid":null,"ka.user.name":"jane","ka.verb":"create"},' +
        '"priority":"Notice","rule":"Pod Created","source":"k8s_audit","tags":["k8s","network"],' +
        '"time":"2026-02-03T12:00:00.012345678Z"}',
    );
  });

  it('has the time in ISO 8601 if asked for', () => {
    const alert = alertOf({ output: 'x' }, { isoTime: true });
    expect(alert.output).toBe('2026-02-03T12:00:00.012345678+0000: Notice x');
    expect(alert.output_fields).toEqual({ 'evt.time.iso8601': 1_770_120_000_012_345_678n });
  });

  it('has extra fields: as they are, or as texts', () => {
    const extraFields = [
      { key: 'ka.user.groups', format: '%ka.user.groups', raw: true },
      { key: 'evt.rawtime', format: '%evt.rawtime', raw: true },
      { key: 'who', format: '%ka.user.name@%ka.cluster.name', raw: false },
      { key: '__proto__', format: 'x', raw: false },
    ];
    const fields = Object.entries(alertOf({ output: 'x', extraFields }).output_fields);
    expect(fields).toEqual([
      ['__proto__', 'x'],
      ['evt.rawtime', 1_770_120_000_012_345_678n],
      ['evt.time', 1_770_120_000_012_345_678n],
      ['ka.user.groups', null],
      ['who', 'jane@<NA>'],
    ]);
  });

  it.each([
    ['an unknown field', { output: '%nope.field' }, /^unknown filter: /],
    ['a field of another source', { extraFields: [{ key: 'a', format: '%proc.name', raw: true }] }, /^extra field a: unknown filter: /],
    ['several fields as one', { extraFields: [{ key: 'a', format: '%ka.verb %ka.uri', raw: true }] }, /^extra field a: not one field$/],
  ])('is not made of %s', (_what, different, error) =>
    expect(alertRenderer({ ...rule, ...different }, auditFields())).toEqual(err(expect.stringMatching(error))),
  );
});
