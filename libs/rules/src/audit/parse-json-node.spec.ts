import { describe, expect, it } from '@jest/globals';
import { ok } from '@whoran/kernel';
import fc from 'fast-check';
import { bytesOf, textOfBytes } from './go-text.ts';
import { writeIndented, writeNode } from './json-node.ts';
import { MAX_NODE_DEPTH, parseJsonNode } from './parse-json-node.ts';

/** Reads and writes again. */
function spelled(text: string): string {
  const node = parseJsonNode(bytesOf(text));
  return node.ok ? textOfBytes(writeNode(node.value)) : `refused: ${node.error}`;
}

describe('JSON nodes', () => {
  it.each([
    ['{ "b" : 1.50 ,\n"a":[ ] }', '{"b":1.50,"a":[]}'],
    ['{"a":1,"a":2}', '{"a":1,"a":2}'],
    ['[007, 1., --4, +e.3]', '[007,1.,--4,+e.3]'],
    ['[NaN,-inf, nan]', '[NaN,-inf,nan]'],
    [String.raw`"\u00fc\/\q"`, String.raw`"\u00fc\/\q"`],
    ['"ü\n"', '"ü\n"'],
    ['[true,false,null]', '[true,false,null]'],
    [String.raw`"a\\"`, String.raw`"a\\"`],
  ])('keep the spelling of %j', (text, expected) => expect(spelled(text)).toBe(expected));

  it.each([
    ['', 'cannot parse JSON: cannot parse empty string; unparsed tail: ""'],
    ['[', `cannot parse JSON: cannot parse array: missing ']'; unparsed tail: ""`],
    ['[1 2]', `cannot parse JSON: cannot parse array: missing ',' after array value; unparsed tail: "2]"`],
    ['{"a" 1}', `cannot parse JSON: cannot parse object: missing ':' after object key; unparsed tail: "1}"`],
    ['{"a":1', 'cannot parse JSON: cannot parse object: unexpected end of object; unparsed tail: ""'],
    ['"a', `cannot parse JSON: cannot parse string: missing closing '"'; unparsed tail: ""`],
    ['trua', 'cannot parse JSON: unexpected value found: "trua"; unparsed tail: "trua"'],
    ['ä', String.raw`cannot parse JSON: cannot parse number: unexpected char: "\xc3"; unparsed tail: "ä"`],
    ['1 \u0007', String.raw`unexpected tail: "\a"`],
  ])('are not read from %j', (text, error) => expect(spelled(text)).toBe(`refused: ${error}`));

  it(`nest ${MAX_NODE_DEPTH} deep at most`, () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(spelled(nested(MAX_NODE_DEPTH))).toBe(nested(MAX_NODE_DEPTH));
    expect(spelled(nested(MAX_NODE_DEPTH + 1))).toMatch(/^refused: cannot parse JSON: too big depth/);
    expect(spelled('['.repeat(1_000_000))).toMatch(/^refused: cannot parse JSON: too big depth/);
  });

  it('say of a long text its two ends only', () => {
    expect(spelled(`{"a":x${'-'.repeat(5000)}`).length).toBeLessThan(300);
    expect(spelled(`t${'-'.repeat(5000)}`).length).toBeLessThan(1500);
  });

  it('are read from whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => expect(spelled(JSON.stringify(value, null, 1))).toBe(JSON.stringify(value))),
    );
  });

  it('are indented as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const node = parseJsonNode(bytesOf(JSON.stringify(value)));
        expect(node).toEqual(ok(expect.anything()));
        if (node.ok) expect(textOfBytes(writeIndented(node.value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});
