import { describe, expect, it } from '@jest/globals';
import { parseCondition, printCondition } from '@whoran/rules';
import fc from 'fast-check';
import { relaxCondition } from './relax-condition.ts';

const parse = (text: string) => {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};
const relaxed = (text: string) => {
  const condition = relaxCondition(parse(text), ({ name }) => name.startsWith('u.'));
  return condition && printCondition(condition);
};

describe('a condition without what it says of users', () => {
  it.each<[string, string | undefined]>([
    ['a.b = c', 'a.b = c'],
    ['u.n = x', undefined],
    ['not u.n = x', undefined],
    ['a.b = c and u.n = x', 'a.b = c'],
    ['a.b = c and not u.n = x', 'a.b = c'],
    ['a.b = c and d.e exists and u.n exists', '(a.b = c and d.e exists)'],
    ['a.b = c or u.n = x', undefined],
    ['a.b = c and (d.e = f or u.n = x)', 'a.b = c'],
    ['not (a.b = c and u.n = x)', undefined],
    ['not (a.b = c or u.n = x)', 'not a.b = c'],
    ['not (a.b = c or (d.e = f and u.n = x))', 'not a.b = c'],
    ['not (a.b = c or not (d.e = f and u.n = x))', 'not (a.b = c or not d.e = f)'],
    ['a.b = val(u.n)', undefined],
    ['a.b = c and tolower(u.n) = x', 'a.b = c'],
  ])('%s: %s', (text, expected) => expect(relaxed(text)).toBe(expected));

  it('holds whenever the condition does, whoever the user is', () => {
    const leaf = fc.constantFrom('a.a exists', 'b.b exists', 'c.c exists', 'u.a exists', 'u.b exists');
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        tie('condition').map((child) => `not (${child})`),
        fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one}) and (${other})`),
        fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one}) or (${other})`),
      ),
    }));
    fc.assert(
      fc.property(condition, fc.uniqueArray(fc.constantFrom('a.a', 'b.b', 'c.c', 'u.a', 'u.b')), (text, present) => {
        const loose = relaxCondition(parse(text), ({ name }) => name.startsWith('u.'));
        const holds = (part: ReturnType<typeof parse>): boolean => {
          switch (part.type) {
            case 'and':
              return part.children.every(holds);
            case 'or':
              return part.children.some(holds);
            case 'not':
              return !holds(part.child);
            default:
              return part.type === 'unary' && part.left.type === 'field' && present.includes(part.left.name as 'a.a');
          }
        };
        expect(!holds(parse(text)) || loose === undefined || holds(loose)).toBe(true);
      }),
    );
  });
});
