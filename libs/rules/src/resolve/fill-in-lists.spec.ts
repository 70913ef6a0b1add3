import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillInLists, indexLists } from './fill-in-lists.ts';

function filled(condition: string, lists: Readonly<Record<string, readonly string[]>>): string | undefined {
  const index = indexLists(new Map(Object.entries(lists).map(([name, items]) => [name, { name, items, references: [] }])));
  return fillInLists(condition, index)?.text;
}

/** The same, one occurrence after the other, as Falco's text is made. */
function stepByStep(condition: string, name: string, items: string): string {
  let text = condition;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (!/^$|[ \t\n\r(),=]/.test(text.charAt(at - 1)) || !/^$|[ \t\n\r(),=]/.test(text.charAt(end))) continue;
    let before = text.slice(0, at).replace(/[ \t\n\r]+$/, '');
    let after = text.slice(end).replace(/^[ \t\n\r]+/, '');
    if (items === '') {
      if (before.endsWith(',')) before = before.slice(0, -1);
      else if (after.startsWith(',')) after = after.slice(1);
    }
    text = `${before === '' ? '' : `${before} `}${items} ${after}`;
    at = before.length + items.length + 1;
  }
  return text;
}

describe('lists in conditions', () => {
  it.each([
    ['a.a in (l)', 'a.a in ( x, y )'],
    ['a.a in (l, z)', 'a.a in ( x, y , z)'],
    ['a.a=l', 'a.a= x, y '],
    ['l', 'x, y '],
    ['a.a in (ll, l.l, "l")', 'a.a in (ll, l.l, "l")'],
    ['a.a = "in l there"', 'a.a = "in x, y there"'],
  ])('%s becomes %s', (condition, expected) => {
    expect(filled(condition, { l: ['x', 'y'] })).toBe(expected);
  });

  it.each([
    ['a.a in (l)', 'a.a in ( )'],
    ['a.a in (l, z)', 'a.a in ( z)'],
    ['a.a in (z, l)', 'a.a in (z )'],
    ['a.a in (y, l, z)', 'a.a in (y , z)'],
  ])('%s becomes %s where the list is empty', (condition, expected) => {
    expect(filled(condition, { l: [] })?.replaceAll(/ +/g, ' ')).toBe(expected);
  });

  it('are filled in in the order of their definitions', () => {
    expect(filled('a.a in (one)', { one: ['two'], two: ['x'] })).toContain('x');
    expect(filled('a.a in (two)', { one: ['x'], two: ['one'] })).toContain('one');
  });

  it('may have names of several words', () => {
    expect(filled('a.a in (my list)', { 'my list': ['a b'] })).toBe('a.a in ( "a b" )');
  });

  it('are filled in as if one occurrence came after the other', () => {
    const part = fc.constantFrom('l', 'll', ' ', ',', '(', ')', '=', 'x', '"', '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.constantFrom([], ['x'], ['x', 'y z']), (parts, items) => {
        const text = items.map((item) => (item.includes(' ') ? `"${item}"` : item)).join(', ');
        expect(filled(parts.join(''), { l: items })).toBe(stepByStep(parts.join(''), 'l', text));
      }),
    );
  });
});
