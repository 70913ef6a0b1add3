import { type Result, err, ok } from '@whoran/kernel';
import type { BinaryCheck, UnaryCheck } from '../../condition/ast.ts';
import { isEventType } from '../constants/event-type-names.ts';
import type { Test } from '../memory.ts';
import { type Operand, isText } from '../operands/operand.ts';
import { type OperandWorld, resolveOperand } from '../operands/resolve-operand.ts';
import { type Operator, plainOperator, refuseOperator } from '../operators.ts';
import { compileConstants } from './constants-test.ts';
import { testExists } from './lift.ts';
import { compileOperands } from './operand-test.ts';

/** One text field that must have one of these values. */
export interface Requirement {
  readonly operand: Operand;
  readonly values: ReadonlySet<string>;
}

/** A check that is ready to be asked. */
export interface CompiledCheck {
  /** Checks with the same key have the same answers. */
  readonly key: string;
  readonly test: Test;
  readonly cost: number;
  /** The check says that and nothing else. */
  readonly requirement?: Requirement;
}

/** What a comparison takes, beside reading the value. */
const COSTS: Readonly<Partial<Record<Operator, number>>> = { contains: 3, icontains: 6, glob: 5, iglob: 8, pmatch: 8, regex: 20 };

/** Compiles one check for the fields of a catalog; the error is Falco's. */
export function compileCheck(check: UnaryCheck | BinaryCheck, world: OperandWorld): Result<CompiledCheck, string> {
  const left = resolveOperand(check.left, world);
  if (!left.ok) return left;
  const operator = plainOperator(check.operator);
  const refusal = refuseOperator(operator, check.type === 'binary' ? check.modifier : undefined, left.value);
  if (refusal !== undefined) return err(refusal);
  if (check.type === 'unary' || operator === 'exists') {
    return ok({ key: `${left.value.key} exists`, test: testExists(left.value), cost: left.value.cost });
  }
  const { right } = check;
  if (right.type === 'field' || right.type === 'transformer') return compileBetween(left.value, operator, { right, world });
  return compileWith(left.value, operator, { check, texts: right.type === 'list' ? right.values : [right.value] });
}

interface Between {
  readonly right: Extract<BinaryCheck['right'], { readonly type: 'field' | 'transformer' }>;
  readonly world: OperandWorld;
}

function compileBetween(left: Operand, operator: Exclude<Operator, 'exists'>, { right, world }: Between): Result<CompiledCheck, string> {
  const other = resolveOperand(right, world);
  if (!other.ok) return other;
  const test = compileOperands(left, operator, other.value);
  if (!test.ok) return test;
  const cost = left.cost + other.value.cost + (COSTS[operator] ?? 1);
  return ok({ key: `${left.key} ${operator} ${other.value.key}`, test: test.value, cost });
}

interface With {
  readonly check: BinaryCheck;
  readonly texts: readonly string[];
}

function compileWith(left: Operand, operator: Exclude<Operator, 'exists'>, { check, texts }: With): Result<CompiledCheck, string> {
  const { modifier } = check;
  const unknown = check.left.type === 'field' && check.left.name === 'evt.type' ? texts.find((text) => !isEventType(text)) : undefined;
  if (unknown !== undefined) return err(`unknown event type ${unknown}`);
  const test = compileConstants(left, { operator, texts, ...(modifier === undefined ? {} : { modifier }) });
  if (!test.ok) return test;
  const required = isEquality(operator, modifier) && isText(left.type) && !left.list && left.several === undefined;
  return ok({
    key: `${left.key} ${operator} ${modifier ?? ''}${JSON.stringify(texts)}`,
    test: test.value,
    cost: left.cost + (COSTS[operator] ?? 1),
    ...(required ? { requirement: { operand: left, values: new Set(texts) } } : {}),
  });
}

function isEquality(operator: Operator, modifier: BinaryCheck['modifier']): boolean {
  return modifier === undefined
    ? operator === '=' || operator === 'in' || operator === 'intersects'
    : operator === '=' && modifier === 'anyof';
}
