import { describe, expect, it } from '@jest/globals';
import { type Condition, parseCondition, printExactly } from '@whoran/rules';
import fc from 'fast-check';
import { layoutCondition } from './layout-condition.ts';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(`${result.error.message}: ${text}`);
  return result.value;
}

const laidOut = (condition: Condition, width: number) =>
  layoutCondition(condition, { width, macroOf: () => undefined }).map(({ indent, text }) => ' '.repeat(indent) + text);

describe('a condition over several lines', () => {
  it('is one line where it fits', () => {
    expect(laidOut(parsed('a.b = 1 and (c.d = 2 or e.f exists)'), 80)).toEqual(['a.b = 1 and (c.d = 2 or e.f exists)']);
  });

  it('is broken at its ands and ors, then in its lists', () => {
    expect(laidOut(parsed('a.b = 1 and not (c.d = 2 or e.f in (one, two, three, four))'), 24)).toEqual([
      'a.b = 1',
      'and not (',
      '  c.d = 2',
      '  or e.f in (',
      '    one, two, three,',
      '    four',
      '  )',
      ')',
    ]);
  });

  it('names the macros that begin on a line', () => {
    const macro = parsed('c.d = 2 or e.f exists');
    const condition: Condition = { type: 'and', children: [parsed('a.b = 1'), macro], position: macro.position };
    const macroOf = (part: Condition) => (part === macro ? 'either' : undefined);
    expect(layoutCondition(condition, { width: 20, macroOf }).map(({ macros }) => macros.join())).toEqual(['', 'either', '', '', '']);
    expect(layoutCondition(condition, { width: 200, macroOf }).map(({ macros }) => macros)).toEqual([['either']]);
  });

  it('means the same, whatever it is and however narrow', () => {
    const check = fc.constantFrom(
      'a.b = 1',
      'e.f exists',
      'g.h in (x, "y z", w)',
      'i.j contains "long text with blanks"',
      'tolower(k.l) = m',
    );
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        check,
        fc
          .tuple(fc.constantFrom(' and ', ' or '), fc.array(tie('condition'), { minLength: 2, maxLength: 4 }))
          .map(([word, parts]) => parts.map((part) => `(${part})`).join(word)),
        tie('condition').map((part) => `not (${part})`),
      ),
    }));
    fc.assert(
      fc.property(condition, fc.integer({ min: 1, max: 120 }), (text, width) => {
        const given = parsed(text);
        expect(printExactly(parsed(laidOut(given, width).join('\n')))).toBe(printExactly(given));
      }),
    );
  });
});
