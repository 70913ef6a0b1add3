import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import type { Scalar } from '../../values.ts';
import { isSameAddress } from '../constants/addresses.ts';
import type { Test } from '../memory.ts';
import type { Operand } from '../operands/operand.ts';
import type { Operator } from '../operators.ts';
import { isList } from './lift.ts';
import { testAgainst } from './scalar-tests.ts';

/** How long a pattern may be that stands in an event; constants are shorter. */
const MAX_PATTERN = 1024;

/** Compiles a comparison with what is read from the event itself; the error is Falco's. */
export function compileOperands(left: Operand, operator: Exclude<Operator, 'exists'>, right: Operand): Result<Test, string> {
  const refusal = refuseRight(left, operator, right);
  if (refusal !== undefined) return err(refusal);
  if (left.list) return ok(compareLists(left, operator, right));
  const compare = compareScalars(operator);
  return ok((event) => {
    const [one, other] = [left.read(event), right.read(event)];
    return one !== undefined && other !== undefined && !isList(one) && !isList(other) && compare(one, other);
  });
}

function refuseRight(left: Operand, operator: Operator, right: Operand): string | undefined {
  if (operator === 'pmatch' || operator === 'regex') {
    return `operator '${operator.toUpperCase()}' doesn't support right-hand side fields`;
  }
  if (left.type === 'IPNET') return "field type 'IPNET' doesn't support right-hand side fields";
  if (left.several !== undefined) return `field '${left.name}' doesn't support right-hand side fields`;
  if (right.several !== undefined) return `field '${right.name}' can't be used as a right-hand side field`;
  if (left.type === right.type && left.list === right.list) return undefined;
  return `field '${left.name}' has type '${typeOf(left)}' while the right-hand side field '${right.name}' has incompatible type '${typeOf(right)}'`;
}

function typeOf({ type, list }: Operand): string {
  return list ? `${type} (list)` : type;
}

function compareLists(left: Operand, operator: Operator, right: Operand): Test {
  return (event) => {
    const [values, others] = [left.read(event), right.read(event)];
    if (values === undefined || others === undefined || !isList(values) || !isList(others)) return false;
    const isMember = (value: Scalar) => others.some((other) => isSame(value, other));
    return operator === 'in' ? values.every(isMember) : values.some(isMember);
  };
}

function compareScalars(operator: Exclude<Operator, 'exists'>): (one: Scalar, other: Scalar) => boolean {
  if (operator === '=' || operator === 'in' || operator === 'intersects' || operator === 'pmatch') return isSame;
  if (operator === '!=') return (one, other) => !isSame(one, other);
  return (one, other) => {
    // The pattern comes from the event: it is compiled for this one comparison, and must not take long.
    if ((operator === 'glob' || operator === 'iglob') && typeof other === 'string' && other.length > MAX_PATTERN) return false;
    const test = testAgainst(operator, other);
    return test.ok && test.value(one);
  };
}

function isSame(one: Scalar, other: Scalar): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  return !(other instanceof Uint8Array) && isSameAddress(one, other);
}
