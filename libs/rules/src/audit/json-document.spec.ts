import { describe, expect, it } from '@jest/globals';
import { ok } from '@whoran/kernel';
import { indentedText, readJsonDocument, respelledText, textOf } from './json-document.ts';

function read(text: string): Record<string, unknown> {
  const document = readJsonDocument(text);
  if (!document.ok) throw new Error(document.error);
  return document.value as Record<string, unknown>;
}

describe('a JSON document', () => {
  it('is made of plain values', () => {
    const text = '{"s":"\\u00fc","n":-1.5,"big":12345678901234567890,"t":true,"z":null,"l":[1,{"a":{}}]}';
    expect(readJsonDocument(text)).toEqual(ok({ s: 'ü', n: -1.5, big: 12345678901234567890n, t: true, z: null, l: [1, { a: {} }] }));
  });

  it.each(['1.50', '01', 'NaN', '1e3', '-0', '1e999'])('keeps the spelling of the number %s', (number) =>
    expect(textOf(read(`{"n":${number}}`)['n'])).toBe(number),
  );

  it.each([
    ['a text', 'é"', 'é"'],
    ['null', null, 'null'],
    ['a big integer', 12345678901234567890n, '12345678901234567890'],
    ['an object that was not read here', { a: [1n, 'ü', null] }, '{"a":[1,"ü",null]}'],
  ])('is a text: %s', (_what, value, text) => expect(textOf(value)).toBe(text));

  it('has its own spelling in texts, or an even one', () => {
    const inner = read(String.raw`{"a":{"\u0061":"\u00fc\/\n","a":1}}`)['a'];
    expect(textOf(inner)).toBe(String.raw`{"\u0061":"\u00fc\/\n","a":1}`);
    expect(respelledText(inner)).toBe(String.raw`{"a":"ü/\n","a":1}`);
  });

  it('is indented, with all its keys and digits', () => {
    expect(indentedText(read('{"a":1.0,"a":{}}'))).toBe('{\n  "a": 1.0,\n  "a": {}\n}');
    expect(indentedText({ a: [12345678901234567890n] })).toBe('{\n  "a": [\n    12345678901234567890\n  ]\n}');
  });
});
