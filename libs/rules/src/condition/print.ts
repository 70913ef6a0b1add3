import { assertNever } from '@whoran/kernel';
import type { BinaryCheck, Condition, Field, List, Operand, Transformer, TransformerList, Value } from './ast.ts';
import { escapeString } from './escape.ts';

/**
 * A condition in Falco's canonical text, which people and tests compare. It does not always parse to the same condition, since
 * constants are quoted too rarely: for that there is `printExactly`.
 */
export function printCondition(condition: Condition): string {
  switch (condition.type) {
    case 'and':
    case 'or':
      return `(${condition.children.map(printCondition).join(` ${condition.type} `)})`;
    case 'not':
      return `not ${printCondition(condition.child)}`;
    case 'identifier':
      return condition.name;
    case 'unary':
      return `${printOperand(condition.left)} ${condition.operator}`;
    case 'binary':
      return `${printOperand(condition.left)} ${printOperator(condition)} ${printRight(condition.right)}`;
    default:
      return assertNever(condition);
  }
}

/** The operator of a check, with its modifier: `=` or `= oneof`. */
export function printOperator({ operator, modifier }: Pick<BinaryCheck, 'operator' | 'modifier'>): string {
  return modifier === undefined ? operator : `${operator} ${modifier}`;
}

/** A field or a transformer in Falco's canonical text. */
export function printOperand(operand: Operand): string {
  return operand.type === 'field' ? printField(operand) : printTransformer(operand);
}

function printField(field: Field): string {
  return `${field.name}${printArgument(field.argument)}`;
}

function printTransformer({ name, values, argument }: Transformer): string {
  return `${name}(${values.map(printPart).join(',')})${printArgument(argument)}`;
}

function printPart(part: Operand | Value | TransformerList): string {
  if (part.type === 'value') return escapeString(part.value);
  return part.type === 'transformer_list' ? `(${part.children.map(printPart).join(',')})` : printOperand(part);
}

function printRight(right: Value | List | Operand): string {
  switch (right.type) {
    case 'value':
      return escapeString(right.value);
    case 'list':
      return `(${right.values.map(escapeString).join(', ')})`;
    case 'field':
      return `val(${printField(right)})${printArgument(right.val?.argument)}`;
    case 'transformer':
      return printTransformer(right);
    default:
      return assertNever(right);
  }
}

function printArgument(argument: string | undefined): string {
  if (argument === undefined) return '';
  return argument === '' ? '[""]' : `[${escapeString(argument)}]`;
}
