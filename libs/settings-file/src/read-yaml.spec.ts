import { describe, expect, it } from '@jest/globals';
import { printIssue } from '@whoran/kernel';
import Type from 'typebox';
import { readYaml } from './read-yaml.ts';

const SCHEMA = Type.Object(
  { name: Type.String(), sizes: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))), how: Type.Optional(Type.Enum(['a', 'b'])) },
  { additionalProperties: false },
);
const read = (text: string) => readYaml(text, SCHEMA);
const issues = (text: string) => {
  const file = read(text);
  return file.ok ? [] : file.error.map(printIssue);
};

describe('a settings file', () => {
  it('is read, and knows where its parts are', () => {
    const file = read('name: x\nsizes:\n  - 1\n  - 2\n');
    if (!file.ok) throw new Error('refused');
    expect(file.value.value).toEqual({ name: 'x', sizes: [1, 2] });
    const at = (item: string) => file.value.locate({ code: 'c', message: 'm', item });
    expect(at('/sizes/1')).toEqual({ code: 'c', message: 'm', item: '/sizes/1', line: 4, column: 5 });
    expect(at('/sizes/7/deeper')).toEqual(expect.objectContaining({ line: 3, column: 3 }));
    expect(at('/none')).toEqual(expect.objectContaining({ line: 1, column: 1 }));
  });
  it.each([
    [
      'name: x\nsizes: [1, 0, x]\nhow: c\nwhat: 1\n',
      [
        '/what: is not a setting here (line 4, column 7)',
        '/sizes/1: must be >= 1 (line 2, column 12)',
        '/sizes/2: must be integer (line 2, column 15)',
        '/how: must be one of a, b (line 3, column 6)',
      ],
    ],
    ['', ['/: must be object (line 1, column 1)']],
    ['name: x\nname: y', [expect.stringContaining('unique')]],
    ['name: [', [expect.stringContaining('line 1')]],
    ['1: x', [expect.stringContaining('line 1'), '/1: is not a setting here (line 1, column 4)']],
    ['name: !!js/function x', [expect.stringContaining('line 1')]],
  ])('refuses %j', (text, expected) => expect(issues(text)).toEqual(expected));
  it('does not nest or unfold without end', () => {
    expect(issues(`name: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0);
    const levels = Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`);
    expect(issues(['a0: &a0 [x]', ...levels].join('\n'))).toHaveLength(1);
  });
});
