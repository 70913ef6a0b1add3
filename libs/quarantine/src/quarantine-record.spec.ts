import { describe, expect, it } from '@jest/globals';
import type { Block } from '@whoran/response';
import { type QuarantineRecord, decodeRecord, encodeRecord } from './quarantine-record.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const aRecord = (different: Partial<QuarantineRecord> = {}): QuarantineRecord => ({
  id: 'q1',
  users: ['jane'],
  reason: 'alert 7',
  author: 'ana',
  created: NOW,
  ...different,
});

describe('an entry of the quarantine list', () => {
  it.each<Partial<Block>>([
    {},
    { groups: ['a', 'b'], credentialIds: ['X509SHA256=1'], namespaces: ['pay*'], clusters: ['prod'] },
    { until: NOW + 1, reason: 'ü "\n' },
  ])('with %j is written and read as it was', (different) => {
    const record = aRecord(different);
    const text = encodeRecord(record);
    expect(text.ok && decodeRecord('q1', text.value)).toEqual({ ok: true, value: record });
  });

  it('leaves empty lists out, and takes what newer versions add', () => {
    const text = encodeRecord(aRecord({ groups: [] }));
    expect(text).toEqual({ ok: true, value: '{"users":["jane"],"reason":"alert 7","author":"ana","created":"2026-01-01T10:00:00.000Z"}' });
    expect(decodeRecord('q1', '{"users":["jane"],"reason":"r","author":"a","created":"2026-01-01T10:00:00Z","more":1}').ok).toBe(true);
  });

  it.each<[string, Partial<QuarantineRecord>, string]>([
    ['without anybody', { users: [] }, 'empty-entry'],
    ['without a reason', { reason: '' }, 'invalid'],
    ['with a long author', { author: 'x'.repeat(257) }, 'invalid'],
    ['with many users', { users: Array.from({ length: 101 }, (_, index) => `u${index}`) }, 'invalid'],
    ['that is long in all', { users: Array.from({ length: 100 }, () => 'x'.repeat(1000)) }, 'too-long'],
    ['until no time', { until: Number.NaN }, 'invalid-time'],
    ['with a space in the id', { id: 'a b' }, 'invalid-id'],
    ['with a long id', { id: 'x'.repeat(101) }, 'invalid-id'],
  ])('%s is refused', (_, different, code) => {
    const text = encodeRecord(aRecord(different));
    expect(text.ok ? [] : text.error.map((issue) => issue.code)).toEqual([expect.stringContaining(code)]);
  });

  it.each(
    [
      '',
      'null',
      '[]',
      '{',
      '"x"',
      '{"users":["jane"]}',
      '{"users":"jane","reason":"r","author":"a","created":"2026-01-01T10:00:00Z"}',
      '{"users":[1],"reason":"r","author":"a","created":"2026-01-01T10:00:00Z"}',
      '{"users":["jane"],"reason":"r","author":"a","created":"yesterday"}',
      '{"users":["jane"],"reason":"r","author":"a","created":"2026-01-01T10:00:00Z","until":"later"}',
      '['.repeat(30_000),
      'x'.repeat(40_000),
    ].map((text) => ({ text })),
  )('number %# of what is none is said to be none', ({ text }) => expect(decodeRecord('q1', text).ok).toBe(false));
});
