import { describe, expect, it } from '@jest/globals';
import { parseBoolean, parseUint32 } from './scalars.ts';
import { printYamlError } from './yaml-errors.ts';
import type { YamlNode } from './yaml-node.ts';
import { readYaml } from './yaml-reader.ts';

function plain(node: YamlNode): unknown {
  if (node.type === 'sequence') return node.items.map(plain);
  if (node.type === 'map') return node.entries.map(({ key, value }) => [plain(key), plain(value)]);
  return node.type === 'null' ? null : node.text;
}

function read(text: string): unknown {
  const documents = readYaml(text);
  return documents.ok ? documents.value.map(plain) : printYamlError(documents.error);
}

describe('YAML of rule files', () => {
  it.each([
    ['[1, 0x1F, yes, 2001-01-01, "", \'~\']', [['1', '0x1F', 'yes', '2001-01-01', '', '~']]],
    ['[~, null, Null, NULL, nUll]', [[null, null, null, null, 'nUll']]],
    ['a:\nb: # nothing\n', [[['a', null], ['b', null]]]], // prettier-ignore
    ['a: 1\na: 2\n', [[['a', '1'], ['a', '2']]]], // prettier-ignore
    ['- &x {a: b}\n- <<: *x\n', [[[['a', 'b']], [['<<', [['a', 'b']]]]]]],
    ['a: >\n  b\n  c\n', [[['a', 'b c\n']]]],
    ['a: |\n  b\n  c\n', [[['a', 'b\nc\n']]]],
    ['--- [a]\n--- [b]\n', [['a'], ['b']]],
    ['', []],
  ])('%j is read as %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['- a: b: c\n', 'line 1, column 7: illegal map value'],
    ['- a: b\n   c: d\n', 'line 2, column 5: illegal map value'],
    ['- a: b\n  c\n  d: e\n', 'line 2, column 3: end of map not found'],
    ['- a: b\n c: d\n', 'line 2, column 2: end of sequence not found'],
    ['- [a, b\n', 'line 2, column 1: end of sequence flow not found'],
    ['- x: [a, b\n- c\n', 'line 2, column 1: illegal block entry'],
    ['- {a: b\n', 'line 2, column 1: end of map flow not found'],
    ['- [a]]\n', 'line 1, column 6: illegal flow end'],
    ['- "a\n', 'line 2, column 1: illegal EOF in scalar'],
    ['- %a\n', 'line 1, column 3: unknown token'],
    ['- "\\q"\n', 'line 1, column 5: unknown escape character: q'],
    ['- *a\n', 'line 1, column 3: the referenced anchor is not defined: a'],
    ['a:\n\tb: c\n', 'line 2, column 1: illegal tab when looking for indentation'],
  ])('%j is refused: %s', (text, message) => {
    expect(read(text)).toBe(`yaml-cpp: error at ${message}`);
  });

  it('has its marks in bytes, before anchors, and where something is missing', () => {
    const documents = readYaml('é: &a\n  - b\n- c:\n');
    expect(documents.ok).toBe(false);
    const marked = readYaml('- é: &a [x]\n  b:\n# c\n- d\n');
    const [root] = marked.ok ? marked.value : [];
    const map = root?.type === 'sequence' ? root.items[0] : undefined;
    const entries = map?.type === 'map' ? map.entries : [];
    expect(entries.map(({ key, value }) => [key.mark.offset, value.mark.offset])).toEqual([
      [2, 6],
      [15, 22],
    ]);
  });
});

describe('scalars', () => {
  it('are booleans as in YAML 1.1', () => {
    expect(['true', 'True', 'TRUE', 'tRue', 'y', 'On', '1'].map(parseBoolean)).toEqual([
      true,
      true,
      true,
      undefined,
      true,
      true,
      undefined,
    ]);
    expect(['false', 'No', 'OFF', 'n', '0', ''].map(parseBoolean)).toEqual([false, false, false, false, undefined, undefined]);
  });

  it('are numbers of any base', () => {
    expect(['0', '15', '017', '0xf', '4294967295'].map(parseUint32)).toEqual([0, 15, 15, 15, 4294967295]);
    expect(['-1', '4294967296', '1.0', '08', 'x', ''].map(parseUint32)).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});
