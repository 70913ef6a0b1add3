import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BINARY_OPERATORS, specCatalog, specCompile, specCondition, specEvent } from './spec-catalog.ts';
import type { Condition } from '../condition/ast.ts';
import { compileCondition } from './compile.ts';
import type { Rule } from '../rule.ts';
import { buildRuleset } from './ruleset.ts';

const position = { index: 0, line: 1, column: 1 };

const one = {
  type: 'binary',
  left: { type: 'field', name: 'text.a', position },
  operator: '=',
  right: { type: 'value', value: 'v', position },
  position,
} as const;

describe('hostile conditions', () => {
  it('may share their parts without end', () => {
    let condition: Condition = specCondition('text.a = x or text.b = y');
    for (let level = 0; level < 300; level += 1) condition = { type: 'and', children: [condition, condition], position };
    const compiled = compileCondition(condition, specCatalog);
    expect(compiled.ok && compiled.value.matches(specEvent({ 'text.b': 'y' }))).toBe(true);
  });

  it('may differ at every level', () => {
    let condition: Condition = specCondition('text.a = x');
    for (let level = 0; level < 300; level += 1) {
      const sibling: Condition = { type: 'not', child: condition, position };
      condition = { type: level % 2 === 0 ? 'and' : 'or', children: [condition, sibling], position };
    }
    const compiled = compileCondition(condition, specCatalog);
    expect(compiled.ok && typeof compiled.value.matches(specEvent({}))).toBe('boolean');
  });

  it('are refused beyond a depth, and may have it', () => {
    const nested = (depth: number): Condition => {
      let condition: Condition = specCondition('text.a = x');
      for (let level = 1; level < depth; level += 1)
        condition = { type: 'or', children: [specCondition(`text.a = ${level}`), { type: 'not', child: condition, position }], position };
      return condition;
    };
    const deep = compileCondition(nested(601), specCatalog);
    expect(deep.ok && deep.value.matches(specEvent({ 'text.a': 'x' }))).toBe(true);
    expect(compileCondition(nested(5000), specCatalog)).toMatchObject({
      ok: false,
      error: { message: 'the condition nests deeper than 1250 levels' },
    });
  });

  it('may have very long lists', () => {
    const values = Array.from({ length: 100_000 }, (_, at) => `v${at}`);
    const left = { type: 'field', name: 'text.a', position } as const;
    const condition: Condition = { type: 'binary', left, operator: 'in', right: { type: 'list', values, position }, position };
    const compiled = compileCondition(condition, specCatalog);
    expect(compiled.ok && compiled.value.matches(specEvent({ 'text.a': 'v99999' }))).toBe(true);
  });

  const wide = (type: 'and' | 'or', size: number): Condition => {
    const children = Array.from({ length: size }, (_, at) => ({ ...one, left: { ...one.left, name: `text.a${at}` } }));
    return { type, children, position };
  };
  const event = specEvent({ 'text.a7': 'v' });

  it('may be very wide', () => {
    const compiled = compileCondition(wide('or', 130_000), specCatalog);
    expect(compiled.ok && compiled.value.matches(event)).toBe(true);
  });

  it.each(['and', 'or'] as const)('may be many and wide: %s', (type) => {
    const condition = wide(type, 10_000);
    const rules = ['one', 'two', 'three'].map((name) => ({ name, source: 'syscall', condition }) as Rule);
    const ruleset = buildRuleset(rules, [{ name: 'syscall', catalog: specCatalog }], { matching: 'all' });
    expect(ruleset.evaluate(event)).toHaveLength(type === 'or' ? 3 : 0);
  });

  it('do not match long patterns that come with an event', () => {
    const matches = (pattern: string) =>
      specCompile('text.a glob val(text.b)').matches(specEvent({ 'text.a': 'a'.repeat(200_000), 'text.b': pattern }));
    expect(matches('a*'.repeat(500))).toBe(true);
    expect(matches(`${'a*'.repeat(100_000)}b`)).toBe(false);
  });

  it('repeat warnings up to a limit', () => {
    let condition: Condition = specCondition('text.a = text.b');
    for (let level = 0; level < 30; level += 1) condition = { type: 'and', children: [condition, condition], position };
    const compiled = compileCondition(condition, specCatalog);
    expect(compiled.ok && compiled.value.warnings).toHaveLength(1000);
  });
});

describe('any check and any value', () => {
  const name = fc.constantFrom(
    'text.a',
    'path.a',
    'bytes.a',
    'number.a',
    'size.a',
    'real.a',
    'port.a',
    'flag.a',
    'address.a',
    'network.a',
    'list.text_a',
    'any.text_a',
    'ends.port_a',
    '__proto__.constructor',
  );
  const values = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('1', 'true', '10.0.0.1', '10.0.0.0/8', '::1', '*', '[', '(', '__proto__')),
    { maxLength: 3 },
  );
  const scalar = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.uint8Array(),
    fc.constant({ family: 4, value: 1n } as const),
  );
  const read = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.constant(undefined));

  it('never throw, also where a value is not of the type of its field', () => {
    fc.assert(
      fc.property(name, fc.constantFrom(...BINARY_OPERATORS), values, read, (field, operator, constants, value) => {
        const left = { type: 'field', name: field, position } as const;
        const check = { type: 'binary', left, operator, right: { type: 'list', values: constants, position }, position } as const;
        const compiled = compileCondition(check, specCatalog);
        if (compiled.ok) expect(typeof compiled.value.matches(specEvent({ [field]: value }))).toBe('boolean');
        else expect(compiled.error.message).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });
});
