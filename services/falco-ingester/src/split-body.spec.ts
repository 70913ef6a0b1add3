import { describe, expect, it } from '@jest/globals';
import { MAX_EVENTS, splitBody } from './split-body.ts';

const NDJSON = 'application/x-ndjson';

describe('a body', () => {
  it.each<[string, string, string | undefined, object]>([
    ['one event', '{"a":1}', 'application/json', { kind: 'single', value: { a: 1 }, json: '{"a":1}' }],
    ['one event over several lines', '{\n"a":1\n}\n', undefined, { kind: 'single', value: { a: 1 }, json: '{\n"a":1\n}\n' }],
    ['an array', '[1,2]', undefined, { kind: 'list', items: [1, 2] }],
    ['an empty array', '[]', undefined, { kind: 'list', items: [] }],
    ['lines', '{"a":1}\r\n\n {"a":2}', 'application/json', { kind: 'lines', lines: ['{"a":1}', '{"a":2}'] }],
    ['lines by content type', 'no\n{}', `${NDJSON}; charset=utf-8`, { kind: 'lines', lines: ['no', '{}'] }],
    ['lines of which one is broken', '{}\n{', undefined, { kind: 'lines', lines: ['{}', '{'] }],
    ['one line', '{"a":1}\n', NDJSON, { kind: 'single', value: { a: 1 }, json: '{"a":1}' }],
  ])('may hold %s', (_name, text, type, value) => expect(splitBody(text, type)).toEqual({ ok: true, value }));

  it.each<[string, string, string | undefined, string]>([
    ['text', 'hello', undefined, 'invalid-json'],
    ['a broken document', '{\n"a":1,\n', undefined, 'invalid-json'],
    ['lines without JSON', 'one\ntwo\n', NDJSON, 'invalid-json'],
    ['blank lines', '\n \n', NDJSON, 'empty-body'],
    ['too many in an array', `[${'1,'.repeat(MAX_EVENTS)}1]`, undefined, 'too-many'],
    ['too many lines', '{}\n'.repeat(MAX_EVENTS + 1), undefined, 'too-many'],
    ['far too many lines', '{}\n'.repeat(1_000_000), NDJSON, 'too-many'],
  ])('is refused with %s', (_name, text, type, reason) => expect(splitBody(text, type)).toMatchObject({ ok: false, error: { reason } }));

  it('may hold as many as allowed', () => {
    expect(splitBody('{}\n'.repeat(MAX_EVENTS))).toMatchObject({ ok: true, value: { kind: 'lines' } });
  });
});
