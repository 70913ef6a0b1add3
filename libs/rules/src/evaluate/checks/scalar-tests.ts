import { Buffer } from 'node:buffer';
import { type Result, assertNever, err, ok } from '@whoran/kernel';
import type { IpAddress, Scalar } from '../../values.ts';
import type { IpNetwork } from '../constants/addresses.ts';
import { isInNetwork, isSameAddress } from '../constants/addresses.ts';
import type { Constant } from '../constants/read-constant.ts';
import { compareBytes, lowerAscii } from '../match/byte-text.ts';
import { compileGlob } from '../match/glob.ts';
import { compilePathPrefixes } from '../match/path-prefix.ts';
import { compileRegex } from '../match/regex.ts';
import type { Operator } from '../operators.ts';

/** Answers a question about one value. Values of another type than the constant's never satisfy it. */
export type ScalarTest = (value: Scalar) => boolean;

/** An operator that compares with one constant. */
export type SingleOperator = Exclude<Operator, 'exists' | 'in' | 'intersects' | 'pmatch'>;

/** Compiles a comparison with one constant. The error is of regular expressions only. */
export function testAgainst(operator: SingleOperator, constant: Constant): Result<ScalarTest, string> {
  if (operator === '=') return ok(equals(constant));
  if (operator === '!=') {
    const equal = equals(constant);
    return ok((value) => !equal(value));
  }
  if (typeof constant === 'string') return textTest(operator, constant);
  if (constant instanceof Uint8Array) return ok(bufferTest(operator, Buffer.from(constant)));
  if (typeof constant === 'number' || typeof constant === 'bigint') return ok(orderTest(operator, constant));
  return err(`filter error: '${operator}' operator not supported`);
}

/** Compiles membership in a set. */
export function testMembership(constants: readonly Constant[]): ScalarTest {
  const [first, second] = constants;
  if (first === undefined) return () => false;
  if (second === undefined) return equals(first);
  if (constants.every((constant) => typeof constant !== 'object')) {
    const members = new Set<Scalar>(constants);
    return (value) => members.has(value);
  }
  const tests = constants.map(equals);
  return (value) => tests.some((test) => test(value));
}

/** Compiles `pmatch`. */
export function testPathPrefix(constants: readonly Constant[]): ScalarTest {
  const isBelow = compilePathPrefixes(constants.filter((constant) => typeof constant === 'string'));
  return (value) => typeof value === 'string' && isBelow(value);
}

function equals(constant: Constant): ScalarTest {
  if (typeof constant !== 'object') return (value) => value === constant;
  if (constant instanceof Uint8Array) {
    const bytes = Buffer.from(constant);
    return (value) => value instanceof Uint8Array && bytes.equals(value);
  }
  if (isNetwork(constant)) return (value) => isAddress(value) && isInNetwork(value, constant);
  return (value) => isAddress(value) && isSameAddress(value, constant);
}

function isNetwork(constant: IpAddress | IpNetwork): constant is IpNetwork {
  return 'shift' in constant;
}

function isAddress(value: Scalar): value is IpAddress {
  return typeof value === 'object' && 'family' in value;
}

function textTest(operator: Exclude<SingleOperator, '=' | '!='>, constant: string): Result<ScalarTest, string> {
  if (operator === 'regex') {
    const regex = compileRegex(constant);
    return regex.ok ? ok(ofText(regex.value)) : regex;
  }
  return ok(ofText(textMatcher(operator, constant)));
}

function ofText(matches: (text: string) => boolean): ScalarTest {
  return (value) => typeof value === 'string' && matches(value);
}

function textMatcher(operator: Exclude<SingleOperator, '=' | '!=' | 'regex'>, constant: string): (text: string) => boolean {
  switch (operator) {
    case 'contains':
    case 'bcontains':
      return (text) => text.includes(constant);
    case 'startswith':
    case 'bstartswith':
      return (text) => text.startsWith(constant);
    case 'endswith':
      return (text) => text.endsWith(constant);
    case 'icontains':
      return containsIgnoringCase(constant);
    case 'glob':
    case 'iglob':
      return compileGlob(constant, { ignoreCase: operator === 'iglob' });
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (text) => inOrder(operator, compareBytes(text, constant));
    default:
      return assertNever(operator);
  }
}

function containsIgnoringCase(constant: string): (text: string) => boolean {
  const small = lowerAscii(constant);
  return (text) => lowerAscii(text).includes(small);
}

function bufferTest(operator: SingleOperator, constant: Buffer): ScalarTest {
  const test = (matches: (bytes: Buffer) => boolean): ScalarTest => {
    return (value) => value instanceof Uint8Array && matches(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  };
  if (operator === 'contains' || operator === 'bcontains') return test((bytes) => bytes.includes(constant));
  if (operator === 'endswith') return test((bytes) => bytes.subarray(Math.max(0, bytes.length - constant.length)).equals(constant));
  return test((bytes) => bytes.subarray(0, constant.length).equals(constant));
}

function orderTest(operator: SingleOperator, constant: number | bigint): ScalarTest {
  const isNumber = (value: Scalar): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';
  switch (operator) {
    case '<':
      return (value) => isNumber(value) && value < constant;
    case '<=':
      return (value) => isNumber(value) && value <= constant;
    case '>':
      return (value) => isNumber(value) && value > constant;
    default:
      return (value) => isNumber(value) && value >= constant;
  }
}

/** Whether the sign of a comparison is what the operator asks for. */
export function inOrder(operator: '<' | '<=' | '>' | '>=', sign: number): boolean {
  switch (operator) {
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    default:
      return assertNever(operator);
  }
}
