import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Condition } from './ast.ts';
import { areManyEventTypes, eventTypesOf } from './event-types.ts';
import { conditionOf } from './spec-conditions.ts';

function typesOf(text: string): string {
  const { allBut, names } = eventTypesOf(conditionOf(text));
  return `${allBut ? 'all but ' : ''}${[...names].toSorted().join(',')}`;
}

describe('event types of a condition', () => {
  it.each([
    ['evt.type = open', 'open'],
    ['evt.type in (open, openat) and fd.num > 0', 'open,openat'],
    ['evt.type = open or proc.name = sh', 'all but '],
    ['evt.type = open and proc.name = sh or evt.type = close', 'close,open'],
    ['evt.type != open', 'all but open'],
    ['not evt.type != open', 'open'],
    ['not (evt.type in (open, close) or proc.name = x)', 'all but close,open'],
    ['not (evt.type = open and proc.name = x)', 'all but '],
    ['evt.type in (open, close) and evt.type != open', 'close'],
    ['evt.type = open and evt.type = close', ''],
    ['evt.type exists', 'all but '],
    ['not evt.type exists', ''],
    ['evt.type contains open', 'all but '],
    ['evt.type = oneof (open)', 'all but '],
    ['tolower(evt.type) = open', 'all but '],
    ['evt.type = val(proc.name)', 'all but '],
    ['evt.num = 0', ''],
    ['not evt.num = 0', 'all but '],
    ['evt.num = 1', 'all but '],
    ['some_macro and evt.type = open', 'open'],
  ])('%s: %s', (text, expected) => {
    expect(typesOf(text)).toBe(expected);
  });

  it('are many where Falco warns of it', () => {
    const named = (count: number) => conditionOf(`evt.type in (${Array.from({ length: count }, (_, at) => `t${at}`).join(', ')})`);
    expect(areManyEventTypes(eventTypesOf(conditionOf('proc.name = sh')))).toBe(true);
    expect(areManyEventTypes(eventTypesOf(conditionOf('evt.type != open')))).toBe(true);
    expect(areManyEventTypes(eventTypesOf(named(50)))).toBe(false);
    expect(areManyEventTypes(eventTypesOf(named(51)))).toBe(true);
    expect(areManyEventTypes(eventTypesOf(conditionOf('evt.type = open and evt.type = close')))).toBe(false);
  });

  const types = ['open', 'close', 'read'];
  const leaf = fc.constantFrom(
    ...['evt.type = open', 'evt.type != close', 'evt.type in (open, read)', 'evt.type exists', 'evt.type in ()'],
    ...['p.q = 1', 'r.s = 1'],
  );
  const condition = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4 },
      leaf,
      tie('text').map((some) => `not (${some})`),
      fc.tuple(tie('text'), fc.constantFrom('and', 'or'), tie('text')).map(([left, word, right]) => `(${left}) ${word} (${right})`),
    ),
  })).text;

  function holds(it: Condition, type: string, others: Readonly<Record<string, boolean>>): boolean {
    switch (it.type) {
      case 'and':
        return it.children.every((child) => holds(child, type, others));
      case 'or':
        return it.children.some((child) => holds(child, type, others));
      case 'not':
        return !holds(it.child, type, others);
      case 'binary': {
        const left = it.left.type === 'field' ? it.left.name : '';
        if (left !== 'evt.type') return others[left] ?? false;
        const same = it.right.type === 'list' ? it.right.values.includes(type) : it.right.type === 'value' && it.right.value === type;
        return (it.operator === '!=') !== same;
      }
      default:
        return true;
    }
  }

  it('never lack the type of an event for which it holds', () => {
    fc.assert(
      fc.property(condition, fc.constantFrom(...types), fc.boolean(), fc.boolean(), (text, type, one, other) => {
        const parsed = conditionOf(text);
        const { allBut, names } = eventTypesOf(parsed);
        if (holds(parsed, type, { 'p.q': one, 'r.s': other })) expect(names.has(type)).toBe(!allBut);
      }),
      { numRuns: 1000 },
    );
  });
});
