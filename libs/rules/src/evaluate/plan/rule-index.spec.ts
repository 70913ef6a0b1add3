import { describe, expect, it } from '@jest/globals';
import { createMemory } from '../memory.ts';
import { specCatalog, specCondition, specEvent } from '../spec-catalog.ts';
import { createConditionCompiler } from './condition-compiler.ts';
import type { Node } from './graph.ts';
import { candidatesFor, indexRules } from './rule-index.ts';

function index(conditions: readonly string[]) {
  const memory = createMemory();
  const compiler = createConditionCompiler(specCatalog, memory);
  const rules = conditions.map((text, at) => {
    const compiled = compiler.compile(specCondition(text));
    if (!compiled.ok) throw new Error(compiled.error.message);
    return { rule: at, node: compiled.value.node };
  });
  const root = indexRules(rules, compiler.graph);
  return (document: Parameters<typeof specEvent>[0]) => {
    memory.next();
    return candidatesFor(root, specEvent(document)).map(({ rule, node }) => `${rule}: ${print(node)}`);
  };
}

function print(node: Node | true): string {
  if (node === true) return 'true';
  if (node.kind === 'leaf') return [...(node.requirement?.values ?? ['?'])].join('|');
  return node.kind === 'not' ? `not ${print(node.child)}` : `(${node.children.map(print).join(` ${node.kind} `)})`;
}

describe('the index of rules', () => {
  const find = index([
    'evt.type = open and text.name = cat',
    'evt.type in (open, openat) and not text.name = cat',
    'evt.type = execve',
    'text.name = sh or evt.type = open',
    'not evt.type = connect',
  ]);

  it('has the rules that an event can match, and what is left to ask', () => {
    expect(find({ 'evt.type': 'open', 'text.name': 'cat' })).toEqual(['0: true', '3: true', '4: true']);
    expect(find({ 'evt.type': 'openat', 'text.name': 'less' })).toEqual(['1: not cat', '4: true']);
    expect(find({ 'evt.type': 'connect', 'text.name': 'sh' })).toEqual(['3: sh', '4: not connect']);
  });

  it('knows of other values, and of none, that they are not those which rules ask for', () => {
    expect(find({ 'evt.type': 'close' })).toEqual(['3: sh', '4: not connect']);
    expect(find({})).toEqual(['3: sh', '4: not connect']);
  });

  it('drops rules that require two values at once', () => {
    const findNone = index(['evt.type = open and evt.type = close', 'evt.type = open', 'evt.type = close', 'evt.type = read']);
    expect(findNone({ 'evt.type': 'open' })).toEqual(['1: true']);
  });

  it('is made in time of many rules', () => {
    const many = Array.from(
      { length: 3000 },
      (_, at) => `text.name = n${at} and (path.file startswith /${at} or not text.user in (u${at}, u${at % 7}))`,
    );
    const findMany = index(many);
    expect(findMany({ 'text.name': 'n1234', 'path.file': '/x' })).toHaveLength(1);
    expect(findMany({ 'text.name': 'other' })).toEqual([]);
  });
});
