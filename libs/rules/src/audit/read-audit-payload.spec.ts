import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAuditPayload } from './read-audit-payload.ts';

const STAMP = '2026-02-03T12:00:00Z';
const event = (id: string, more = ''): string => `{"kind":"Event","auditID":"${id}","stageTimestamp":"${STAMP}"${more}}`;

function idsOf(payload: string): readonly unknown[] {
  return readAuditPayload(payload).events.map(({ document }) => document['auditID']);
}

describe('an audit payload', () => {
  it.each([
    ['one event', event('a'), ['a']],
    ['a list of events', `{"kind":"EventList","items":[${event('a')},${event('b')}]}`, ['a', 'b']],
    ['items without a kind', `{"kind":"EventList","items":[{"auditID":"a","stageTimestamp":"${STAMP}"}]}`, ['a']],
    ['lists in lists', `[[${event('a')}],{"kind":"EventList","items":[${event('b')}]}]`, ['a', 'b']],
    ['nothing', '[]', []],
  ])('can be %s', (_what, payload, ids) => {
    expect(readAuditPayload(payload)).toMatchObject({ refused: false, errors: [] });
    expect(idsOf(payload)).toEqual(ids);
  });

  it.each([
    ['an element that is something else', `[${event('a')},{"kind":"Pod"}]`],
    ['an empty list of events', '{"kind":"EventList","items":[]}'],
    ['a kind in other letters', '{"kind":"event"}'],
    ['no object', '"Event"'],
  ])('is refused as a whole for %s', (_what, payload) => {
    expect(readAuditPayload(payload)).toEqual({ events: [], errors: ['data not recognized as a k8s audit event'], refused: true });
  });

  it('is read without the items that have no time, or are too large', () => {
    const items = [event('a'), '{"auditID":"b"}', '7', event('c', `,"x":"${'y'.repeat(200)}"`)];
    const read = readAuditPayload(`{"kind":"EventList","items":[${items.join(',')}]}`, 200);
    expect(read.events).toHaveLength(1);
    expect(read.errors).toEqual([
      "can't read stageTimestamp",
      "can't read stageTimestamp",
      expect.stringMatching(/^event larger than maxEventSize: size=2\d\d$/),
    ]);
  });

  it('keeps the spelling, apart from what was looked at', () => {
    const payload = String.raw`{ "kind": "Ev\u0065nt", "stageTimestamp": "${STAMP}", "n": 1.50, "s": "\u00fc\/", "1": 1, "0": 0 }`;
    expect(readAuditPayload(payload).events[0]?.data).toBe(
      String.raw`{"kind":"Event","stageTimestamp":"${STAMP}","n":1.50,"s":"\u00fc\/","1":1,"0":0}`,
    );
  });

  it('takes the first of equal keys, and prototype names as keys', () => {
    const payload = event('a', ',"auditID":"z","__proto__":{"verb":"get"},"constructor":1');
    const document = readAuditPayload(payload).events[0]?.document ?? {};
    expect(document['auditID']).toBe('a');
    expect(document['verb']).toBeUndefined();
    expect(Object.keys(document)).toEqual(['kind', 'auditID', 'stageTimestamp', '__proto__', 'constructor']);
  });

  it('is anything at all without harm', () => {
    const words = fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'kind', '"Event"', '1', 'null', '\u0000', 'ü', ' ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join('')),
        ),
        (text) => {
          expect(Array.isArray(readAuditPayload(text).events)).toBe(true);
        },
      ),
    );
  });
});
