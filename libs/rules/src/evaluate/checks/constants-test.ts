import { type Result, err, ok } from '@whoran/kernel';
import type { Modifier } from '../../condition/ast.ts';
import { type Constant, readConstant } from '../constants/read-constant.ts';
import type { Test } from '../memory.ts';
import type { Operand } from '../operands/operand.ts';
import type { Operator } from '../operators.ts';
import { directTest } from './direct-test.ts';
import { lift } from './lift.ts';
import { type ScalarTest, testAgainst, testMembership, testPathPrefix } from './scalar-tests.ts';

/** A comparison with constants. */
export interface Comparison {
  readonly operator: Exclude<Operator, 'exists'>;
  readonly modifier?: Modifier;
  readonly texts: readonly string[];
}

/** Compiles a comparison with constants; the error is Falco's. */
export function compileConstants(operand: Operand, comparison: Comparison): Result<Test, string> {
  const { operator, modifier, texts } = comparison;
  const constants: Constant[] = [];
  for (const text of texts) {
    const constant = readConstant(text, operand.type, operator);
    if (!constant.ok) return constant;
    constants.push(constant.value);
  }
  const direct = modifier === undefined ? directTest(operand, operator, constants) : undefined;
  if (direct) return ok(direct);
  const test = compileScalar(operator, modifier, constants);
  return test.ok ? ok(lift(operand, operator, test.value)) : test;
}

function compileScalar(
  operator: Comparison['operator'],
  modifier: Modifier | undefined,
  constants: readonly Constant[],
): Result<ScalarTest, string> {
  if (operator === 'in' || operator === 'intersects') return ok(testMembership(constants));
  if (operator === 'pmatch') return ok(testPathPrefix(constants));
  const tests: ScalarTest[] = [];
  for (const constant of constants) {
    const test = testAgainst(operator, constant);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  return modifier === undefined ? only(tests) : ok(withModifier(modifier, tests));
}

function only([test]: readonly ScalarTest[]): Result<ScalarTest, string> {
  return test === undefined ? err('filter error: nothing to compare with') : ok(test);
}

/** Nothing satisfies an empty list, whatever the modifier. */
function withModifier(modifier: Modifier, tests: readonly ScalarTest[]): ScalarTest {
  if (tests.length === 0) return () => false;
  switch (modifier) {
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'allof':
      return (value) => tests.every((test) => test(value));
    case 'oneof':
      return (value) => tests.filter((test) => test(value)).length === 1;
  }
}
