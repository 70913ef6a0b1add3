import { describe, expect, it } from '@jest/globals';
import type { Condition } from './ast.ts';
import { printCondition } from './print.ts';
import { MAX_RESOLVED_DEPTH, resolveMacros } from './resolve-macros.ts';
import { conditionOf } from './spec-conditions.ts';
import { checksIn } from './walk.ts';

function resolve(text: string, macros: Readonly<Record<string, string>>) {
  const known = new Map(Object.entries(macros).map(([name, condition]) => [name, conditionOf(condition)]));
  const { condition, resolved, unknown, loops } = resolveMacros(conditionOf(text), (name) => known.get(name));
  return { text: printCondition(condition), resolved: names(resolved), unknown: names(unknown), loops: names(loops) };
}

function names(references: readonly { readonly name: string }[]): readonly string[] {
  return references.map(({ name }) => name);
}

describe('macros', () => {
  it('are put in with their own precedence', () => {
    expect(resolve('not shell and tty', { shell: 'proc.name = sh or proc.name = bash', tty: 'proc.tty > 0' })).toEqual({
      text: '(not (proc.name = sh or proc.name = bash) and proc.tty > 0)',
      resolved: ['shell', 'tty'],
      unknown: [],
      loops: [],
    });
  });

  it('may use macros', () => {
    expect(resolve('a or a', { a: 'b and x.y exists', b: 'z.w exists' })).toMatchObject({
      text: '((z.w exists and x.y exists) or (z.w exists and x.y exists))',
      resolved: ['b', 'a', 'a'],
    });
  });

  it('that are not known stay', () => {
    expect(resolve('a or constructor', { a: 'x and toString' })).toMatchObject({
      text: '((x and toString) or constructor)',
      unknown: ['x', 'toString', 'constructor'],
    });
  });

  it.each([
    [{ a: 'a' }, ['a']],
    [{ a: 'x.y exists and b', b: 'not a' }, ['a']],
  ])('that refer to themselves are told: %j', (macros, loops) => {
    expect(resolve('a', macros)).toMatchObject({ loops });
  });

  it('change nothing where there are none', () => {
    const condition = conditionOf('a.b exists and not c.d = x');
    expect(resolveMacros(condition, () => undefined).condition).toBe(condition);
  });

  it('that double one another take no time and no memory, and their size is told', () => {
    const macros = new Map<string, Condition>([['m0', conditionOf('a.b exists')]]);
    for (let at = 1; at <= 200; at += 1) macros.set(`m${at}`, conditionOf(`m${at - 1} and m${at - 1}`));
    const resolution = resolveMacros(conditionOf('m200'), (name) => macros.get(name));
    expect(resolution).toMatchObject({ tooDeep: false, depth: 201, unknown: [] });
    expect(resolution.size).toBeGreaterThan(2 ** 200);
    expect(checksIn(resolution.condition)).toHaveLength(1);
  });

  it('that nest too deep in one another are told, and put in no further', () => {
    const lookup = (name: string) => conditionOf(`not m${Number(name.slice(1)) + 1}`);
    const resolution = resolveMacros(conditionOf('m0'), lookup);
    expect(resolution.tooDeep).toBe(true);
    expect(resolution.depth).toBeLessThanOrEqual(MAX_RESOLVED_DEPTH);
  });

  it('that were resolved before nest too deep all the same', () => {
    let condition = conditionOf('a.b exists');
    for (let at = 0; at < 10; at += 1) {
      const inner = condition;
      condition = resolveMacros(conditionOf(`${'not('.repeat(190)}m or m${')'.repeat(190)}`), () => inner).condition;
    }
    const inner = condition;
    expect(resolveMacros(conditionOf(`${'not('.repeat(190)}m${')'.repeat(190)}`), () => inner).tooDeep).toBe(true);
  });
});
