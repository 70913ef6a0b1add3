import { describe, expect, it } from '@jest/globals';
import { detailsOf } from './details.ts';
import { conditionOf } from './spec-conditions.ts';
import { fieldsOf, identifiersOf } from './walk.ts';
import { conditionWarnings } from './warnings.ts';

describe('details of a condition', () => {
  it('tell what it uses, each once and sorted', () => {
    const text =
      'shell and not constructor and evt.type in (open, opens) and proc.aname[2] = anyof (a, shells) and join(",", (x.y, len(z.w))) = val(u.v) and shell';
    const known = { macros: new Set(['shell']), lists: new Set(['shells', 'opens']) };
    expect(detailsOf(conditionOf(text), known)).toEqual({
      fields: ['evt.type', 'proc.aname[2]', 'u.v', 'x.y', 'z.w'],
      operators: ['=', '= anyof', 'in'],
      transformers: ['join', 'len'],
      macros: ['shell'],
      lists: ['opens', 'shells'],
      eventNames: ['open'],
    });
  });

  it('go from left to right', () => {
    const condition = conditionOf('b.b exists and (c or a.a = val(d.d)) and e');
    expect(fieldsOf(condition).map(({ name }) => name)).toEqual(['b.b', 'a.a', 'd.d']);
    expect(identifiersOf(condition)).toEqual(['c', 'e']);
  });
});

describe('a condition is warned of', () => {
  it.each([
    ['ka.verb = <NA>', ['LOAD_UNSAFE_NA_CHECK']],
    ['x or not jevt.value[/a] in (b, <NA>)', ['LOAD_UNSAFE_NA_CHECK']],
    ['tolower(ka.verb) != "<NA>" and ka.uri = <NA>', ['LOAD_UNSAFE_NA_CHECK']],
    ['evt.dir = <', ['LOAD_DEPRECATED_ITEM']],
    ['evt.dir = < and ka.verb pmatch (<NA>)', ['LOAD_UNSAFE_NA_CHECK', 'LOAD_DEPRECATED_ITEM']],
    ['evt.latency > 5 or evt.wait.latency > 5', ['LOAD_DEPRECATED_ITEM', 'LOAD_DEPRECATED_ITEM']],
    ['proc.name = <NA>', []],
    ['ka.verb contains <NA>', []],
    ['ka.verb exists', []],
    ['ka.verb = val(proc.name)', []],
    ['kafka.verb = <NA>', []],
  ])('%s: %j', (text, codes) => {
    expect(conditionWarnings(conditionOf(text)).map(({ code }) => code)).toEqual(codes);
  });
});
