import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Condition } from '../condition/ast.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { Rule } from '../rule.ts';
import { buildRuleset } from './ruleset.ts';
import { specCatalog, specCondition, specEvent } from './spec-catalog.ts';

function rule(name: string, condition: string | Condition, source = 'syscall'): Rule {
  return {
    name,
    source,
    description: '',
    priority: 'Notice',
    tags: [],
    enabled: true,
    conditionText: '',
    condition: typeof condition === 'string' ? specCondition(condition) : condition,
    output: '',
    extraFields: [],
    file: 'rules.yaml',
    line: 0,
  };
}

const sources = [
  { name: 'syscall', catalog: specCatalog },
  { name: 'k8s_audit', catalog: specCatalog },
];
const names = (rules: readonly Rule[]) => rules.map(({ name }) => name);

describe('a ruleset', () => {
  const rules = [
    rule('shell', 'evt.type = execve and text.name in (sh, bash)'),
    rule('any program', 'evt.type in (execve, execveat)'),
    rule('of another source', 'text.name = bash', 'k8s_audit'),
    rule('of no source', 'text.name = bash', 'nowhere'),
    rule('root', 'number.uid = 0'),
  ];
  const event = specEvent({ 'evt.type': 'execve', 'text.name': 'bash', 'number.uid': 0 });

  it('tells the first rule that matches, or all, in their order', () => {
    expect(names(buildRuleset(rules, sources, { matching: 'first' }).evaluate(event))).toEqual(['shell']);
    expect(names(buildRuleset(rules, sources, { matching: 'all' }).evaluate(event))).toEqual(['shell', 'any program', 'root']);
    expect(names(buildRuleset(rules.toReversed(), sources, { matching: 'first' }).evaluate(event))).toEqual(['root']);
  });

  it('tells rules of the source of the event only', () => {
    const ruleset = buildRuleset(rules, sources, { matching: 'all' });
    expect(names(ruleset.evaluate({ ...event, source: 'k8s_audit' }))).toEqual(['of another source']);
    expect(names(ruleset.evaluate({ ...event, source: 'nowhere' }))).toEqual([]);
    expect(names(ruleset.evaluate({ ...event, source: '__proto__' }))).toEqual([]);
  });

  it('remembers nothing of the event before', () => {
    const ruleset = buildRuleset(rules, sources, { matching: 'all' });
    expect(names(ruleset.evaluate(event))).toHaveLength(3);
    expect(names(ruleset.evaluate(specEvent({})))).toEqual([]);
    expect(names(ruleset.evaluate(specEvent({ 'number.uid': 0 })))).toEqual(['root']);
  });

  it('evaluates rules that files have switched off, since they were chosen', () => {
    const off = { ...rule('off', 'text.name exists'), enabled: false };
    expect(names(buildRuleset([off], sources, { matching: 'all' }).evaluate(event))).toEqual(['off']);
  });

  it('refuses a condition that does not fit the fields', () => {
    const build = () => buildRuleset([rule('odd', 'no.field exists')], sources, { matching: 'all' });
    expect(build).toThrow('the rule odd cannot be evaluated: filter_check called with nonexistent field no.field');
  });

  it('reads a field once, however many rules ask for it, and not at all if no rule can match', () => {
    const reads: string[] = [];
    const catalog: FieldCatalog = {
      list: () => [],
      resolve: (name, argument) => {
        const field = specCatalog.resolve(name, argument);
        if (!field.ok) return field;
        const read = (of: RuleEvent) => (reads.push(name), field.value.read(of));
        return { ok: true, value: { ...field.value, read } };
      },
    };
    const many = Array.from({ length: 50 }, (_, at) => rule(`${at}`, `evt.type = execve and path.exe glob "/*/${at}*" and number.uid = 0`));
    const ruleset = buildRuleset(many, [{ name: 'syscall', catalog }], { matching: 'all' });
    ruleset.evaluate(specEvent({ 'evt.type': 'execve', 'path.exe': '/bin/7', 'number.uid': 0 }));
    expect(reads.toSorted()).toEqual(['evt.type', 'number.uid', 'path.exe']);
    reads.length = 0;
    ruleset.evaluate(specEvent({ 'evt.type': 'close', 'path.exe': '/bin/7', 'number.uid': 0 }));
    expect(reads).toEqual(['evt.type']);
  });

  it('takes names of prototypes for values like others', () => {
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const ruleset = buildRuleset(
      odd.map((name) => rule(name, `text.name = ${name}`)),
      sources,
      { matching: 'all' },
    );
    for (const name of odd) expect(names(ruleset.evaluate(specEvent({ 'text.name': name })))).toEqual([name]);
    expect(names(ruleset.evaluate(specEvent({})))).toEqual([]);
  });
});

/** What conditions mean, without anything that makes them fast. Every check of the property below is `text.<x> = <value>`. */
function holds(condition: Condition, { document }: RuleEvent): boolean {
  switch (condition.type) {
    case 'and':
      return condition.children.every((child) => holds(child, { document } as RuleEvent));
    case 'or':
      return condition.children.some((child) => holds(child, { document } as RuleEvent));
    case 'not':
      return !holds(condition.child, { document } as RuleEvent);
    case 'binary': {
      const name = condition.left.type === 'field' ? condition.left.name : '';
      const values =
        condition.right.type === 'list' ? condition.right.values : condition.right.type === 'value' ? [condition.right.value] : [];
      return values.includes(document[name] as string) !== (condition.operator === '!=') && document[name] !== undefined;
    }
    default:
      throw new Error(condition.type);
  }
}

describe('rules that are indexed, shared, reordered and remembered', () => {
  const position = { index: 0, line: 1, column: 1 };
  const value = fc.constantFrom('a', 'b', 'c');
  const left = fc.constantFrom('text.x', 'text.y', 'text.z').map((name) => ({ type: 'field', name, position }) as const);
  const equal = fc.record({
    type: fc.constant('binary'),
    left,
    operator: fc.constantFrom('=', '!='),
    right: value.map((it) => ({ type: 'value', value: it, position }) as const),
    position: fc.constant(position),
  });
  const member = fc.record({
    type: fc.constant('binary'),
    left,
    operator: fc.constant('in'),
    right: fc.array(value, { maxLength: 3 }).map((values) => ({ type: 'list', values, position }) as const),
    position: fc.constant(position),
  });
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      equal as fc.Arbitrary<Condition>,
      member as fc.Arbitrary<Condition>,
      fc.record({ type: fc.constant('not'), child: tie('condition'), position: fc.constant(position) }) as fc.Arbitrary<Condition>,
      fc.record({
        type: fc.constantFrom('and', 'or'),
        children: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
        position: fc.constant(position),
      }) as fc.Arbitrary<Condition>,
    ),
  }));
  const event = fc
    .record({ 'text.x': fc.option(value, { nil: undefined }), 'text.y': fc.option(value, { nil: undefined }), 'text.z': value })
    .map((document) => specEvent(document));

  it('match what their conditions mean', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 12 }), fc.array(event, { maxLength: 6 }), (conditions, events) => {
        const rules = conditions.map((it, at) => rule(`${at}`, it));
        const all = buildRuleset(rules, sources, { matching: 'all' });
        const first = buildRuleset(rules, sources, { matching: 'first' });
        for (const it of events) {
          const meant = rules.filter((one) => holds(one.condition, it));
          expect(names(all.evaluate(it))).toEqual(names(meant));
          expect(names(first.evaluate(it))).toEqual(names(meant.slice(0, 1)));
          for (const one of rules) expect(all.explain(it, one).holds).toBe(meant.includes(one));
        }
      }),
      { numRuns: 150 },
    );
  });
});
