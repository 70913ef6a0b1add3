import { describe, expect, it } from '@jest/globals';
import { type Attribution, type FalcoEvent, type SessionRef, decode, encodeJson, knownJson, parseJson, topics } from '@whoran/contracts';
import { aFalcoEvent } from '@whoran/testing';
import fc from 'fast-check';
import { attributedEvent } from './attributed-event.ts';

const jane: SessionRef = { id: 's-1', kind: 'exec', user: { username: 'jane "the\\ops"\n', groups: ['sre', 'ü'] } };
const ATTRIBUTIONS: readonly Attribution[] = [
  { evidence: 'root', session: jane },
  { evidence: 'none', reason: 'probe' },
  { evidence: 'ambiguous', candidates: [jane, { ...jane, id: 's-2' }] },
];
const whoran = '"whoran":{"id":"a1","cluster":"c","node":"n","receivedAt":"2026-01-01T10:00:00Z"}';
const begin = '"rule":"r","priority":"Debug","time":"2026-01-01T10:00:00Z"';

function read(json: string): FalcoEvent {
  const event = decode(topics.falcoEvents, json);
  if (!event.ok) throw new Error(JSON.stringify(event.error));
  return event.value;
}

/** The event as the topic shows it, and whether its JSON was made of the one that it came as. */
function attributed(json: string, attribution: Attribution) {
  const event = attributedEvent(read(json), attribution, 3);
  const written = parseJson(encodeJson(event));
  return { event, shown: written.ok ? written.value : written.error, made: knownJson(event) !== undefined };
}

describe('the JSON of an attributed event', () => {
  it.each(ATTRIBUTIONS)('is made of the JSON that the event came as, and says the same: %j', (attribution) => {
    const { event, shown, made } = attributed(
      encodeJson(aFalcoEvent({ message: 'm "\\" ü' }, { 'evt.rawtime': 2n ** 60n + 1n })),
      attribution,
    );
    expect(made).toBe(true);
    expect(shown).toEqual(event);
  });

  it.each([
    ['a name that stands there twice', `{${begin},"output_fields":{"a":1},${whoran},"output_fields":{"a":2}}`],
    ['a name in two spellings', `{${begin},"output_fields":{"a":1},${whoran},"output_f\\u0069elds":{"a":2}}`],
    ['a name within another', `{${begin},"x":{"output_fields":{"a":1}},"output_fields":{"a":2},${whoran}}`],
    ['a name that is a text', `{${begin},"tags":["whoran"],"output_fields":{"a":2},${whoran}}`],
    ['spaces', `{${begin},"output_fields" : { "a":1},${whoran}}`],
    ['no fields', `{${begin},"output_fields":{},${whoran}}`],
    ['an output in two spellings', `{${begin},"output":"a","output":"b\\/c","output_fields":{"a":2},${whoran}}`],
    ['an output with needless escapes', `{${begin},"output":"b\\/c","output_fields":{"a":2},${whoran}}`],
    ['fields of ours', `{${begin},"output":"o","output_fields":{"k8s.user.name":"eve"},${whoran}}`],
    ['a revision', `{${begin},"output_fields":{"a":2},${whoran.slice(0, -1)},"revision":9,"attribution":{"evidence":"root"}}}`],
  ])('is written anew where the event has %s', (_, json) => {
    const { event, shown, made } = attributed(json, { evidence: 'root', session: jane });
    expect(made).toBe(false);
    expect(shown).toEqual(event);
  });

  it('says what the event says, whatever there is in it', () => {
    const word = fc.constantFrom(
      'output_fields',
      'whoran',
      'output',
      'message',
      'revision',
      'exec.session',
      '"output":"',
      '"whoran":{"',
      '\\',
      ',',
    );
    const text = fc.oneof(
      word,
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 4 }).map((words) => words.join('')),
    );
    const value = fc.oneof(
      text,
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }),
      fc.constant(null),
      fc.array(text, { maxLength: 2 }),
    );
    const fields = fc.dictionary(text, value, { maxKeys: 6, noNullPrototype: true });
    const others = fc.dictionary(text, fc.oneof(value, fields), { maxKeys: 3, noNullPrototype: true });
    const event = fc.record({ others, output: fc.option(text, { nil: undefined }), message: fc.option(text, { nil: undefined }), fields });
    let madeOf = 0;
    fc.assert(
      fc.property(event, fc.constantFrom(...ATTRIBUTIONS), ({ others: more, output, message, fields: own }, attribution) => {
        const base = aFalcoEvent({ ...(output === undefined ? {} : { output }), ...(message === undefined ? {} : { message }) });
        const json = encodeJson({ ...more, ...base, output_fields: own });
        fc.pre(decode(topics.falcoEvents, json).ok);
        const { event: one, shown, made } = attributed(json, attribution);
        madeOf += Number(made);
        expect(shown).toEqual(one);
      }),
      { numRuns: 500 },
    );
    expect(madeOf).toBeGreaterThan(50);
  });
});
