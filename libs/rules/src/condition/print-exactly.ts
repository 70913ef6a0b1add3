import { assertNever } from '@whoran/kernel';
import { type Condition, type List, MODIFIERS, type Operand, type Transformer, type TransformerList, type Value } from './ast.ts';
import { printOperator } from './print.ts';

/** A condition as a text that parses to the same condition, positions aside, whatever is in its constants. */
export function printExactly(condition: Condition): string {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.children.map(printChild).join(` ${condition.type} `);
    case 'not':
      return `not ${condition.child.type === 'not' ? `(${printExactly(condition.child)})` : printChild(condition.child)}`;
    case 'identifier':
      // A blank behind it would make it an operator.
      return condition.name === 'not' ? '(not)' : condition.name;
    case 'unary':
      return `${printOperand(condition.left)} ${condition.operator}`;
    case 'binary':
      return `${printOperand(condition.left)} ${printOperator(condition)} ${printRight(condition.right, takesBare(condition.operator, condition.modifier))}`;
    default:
      return assertNever(condition);
  }
}

function printChild(condition: Condition): string {
  return condition.type === 'and' || condition.type === 'or' ? `(${printExactly(condition)})` : printExactly(condition);
}

const BARE_ONLY: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', 'in', 'intersects', 'pmatch']);

/** Numbers and names of lists have no quotes. */
function takesBare(operator: string, modifier: string | undefined): boolean {
  return modifier !== undefined || BARE_ONLY.has(operator);
}

function printRight(right: Value | List | Operand, bare: boolean): string {
  switch (right.type) {
    case 'value':
      return bare ? right.value : printConstant(right.value);
    case 'list':
      return `(${right.values.map(printConstant).join(', ')})`;
    case 'field':
      return `val(${printOperand(right)})${printArgument(right.val?.argument)}`;
    case 'transformer':
      return printOperand(right);
    default:
      return assertNever(right);
  }
}

function printOperand(operand: Operand): string {
  const argument = printArgument(operand.argument);
  if (operand.type === 'field') return `${operand.name}${argument}`;
  return `${operand.name}(${operand.values.map(printPart).join(', ')})${argument}`;
}

function printArgument(argument: string | undefined): string {
  return argument === undefined ? '' : `[${quote(argument)}]`;
}

function printPart(part: Transformer['values'][number] | TransformerList['children'][number]): string {
  if (part.type === 'value') return quote(part.value);
  return part.type === 'transformer_list' ? `(${part.children.map(printPart).join(', ')})` : printOperand(part);
}

const PLAIN = /^[\w./:*+-]+$/;

function printConstant(value: string): string {
  const isModifier = MODIFIERS.some((modifier) => modifier === value);
  return PLAIN.test(value) && !isModifier ? value : quote(value);
}

/** Hexadecimal escapes: a quote that a backslash precedes would not end the string, and a NUL would end the text. */
function quote(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is written otherwise
  const content = value.replace(/[\u0000-\u001f"\\\u007f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${content}"`;
}
