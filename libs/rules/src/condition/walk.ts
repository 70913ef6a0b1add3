import { assertNever } from '@whoran/kernel';
import type { BinaryCheck, Condition, Field, Operand, Transformer, UnaryCheck } from './ast.ts';

/** A condition that asks something of an event. */
export type Check = UnaryCheck | BinaryCheck;

/**
 * Every condition in a condition, itself first, from left to right. What several macros share comes once: resolved conditions
 * are far larger written out than they are in memory.
 */
export function* conditionsIn(condition: Condition): Generator<Condition> {
  const seen = new Set<Condition>();
  const next: Condition[] = [condition];
  for (let current = next.pop(); current !== undefined; current = next.pop()) {
    if (seen.has(current)) continue;
    seen.add(current);
    yield current;
    for (const child of childrenOf(current).toReversed()) next.push(child);
  }
}

/** The conditions that a condition is made of; checks and identifiers have none. */
export function childrenOf(condition: Condition): readonly Condition[] {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.children;
    case 'not':
      return [condition.child];
    case 'identifier':
    case 'unary':
    case 'binary':
      return [];
    default:
      return assertNever(condition);
  }
}

/** Every check, from left to right, those that macros share once. */
export function checksIn(condition: Condition): readonly Check[] {
  return [...conditionsIn(condition)].filter((part) => part.type === 'unary' || part.type === 'binary');
}

/** Names of the macros that a condition refers to, each once, in their order. */
export function identifiersOf(condition: Condition): readonly string[] {
  return [...new Set([...conditionsIn(condition)].flatMap((part) => (part.type === 'identifier' ? [part.name] : [])))];
}

/** The fields on both sides of a condition's checks, those within transformers too. One may come several times. */
export function fieldsOf(condition: Condition): readonly Field[] {
  return checksIn(condition).flatMap((check) => operandsOf(check).flatMap(fieldsOfOperand));
}

/** What a check extracts from an event: its left side, and its right side unless that is constant. */
export function operandsOf(check: Check): readonly Operand[] {
  if (check.type === 'unary') return [check.left];
  const { left, right } = check;
  return right.type === 'field' || right.type === 'transformer' ? [left, right] : [left];
}

/** The fields that an operand reads, from left to right. */
export function fieldsOfOperand(operand: Operand): readonly Field[] {
  return operand.type === 'field' ? [operand] : partsOf(operand).flatMap(fieldsOfOperand);
}

/** The transformers of an operand, the outermost first. */
export function transformersOf(operand: Operand): readonly Transformer[] {
  return operand.type === 'field' ? [] : [operand, ...partsOf(operand).flatMap(transformersOf)];
}

function partsOf(transformer: Transformer): readonly Operand[] {
  return transformer.values
    .flatMap((part) => (part.type === 'transformer_list' ? part.children : [part]))
    .filter((part) => part.type !== 'value');
}
