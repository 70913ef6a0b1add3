import { type Result, err, ok } from '@whoran/kernel';
import type { FieldType } from '../../values.ts';

/** How many bits an integer has, and whether one of them is the sign. */
interface Width {
  readonly bits: number;
  readonly signed: boolean;
}

const WIDTHS = {
  INT8: { bits: 8, signed: true },
  INT16: { bits: 16, signed: true },
  INT32: { bits: 32, signed: true },
  INT64: { bits: 64, signed: true },
  FD: { bits: 64, signed: true },
  PID: { bits: 64, signed: true },
  ERRNO: { bits: 64, signed: true },
  UINT8: { bits: 8, signed: false },
  FLAGS8: { bits: 8, signed: false },
  UINT16: { bits: 16, signed: false },
  FLAGS16: { bits: 16, signed: false },
  UINT32: { bits: 32, signed: false },
  FLAGS32: { bits: 32, signed: false },
  MODE: { bits: 32, signed: false },
  UINT64: { bits: 64, signed: false },
  RELTIME: { bits: 64, signed: false },
  ABSTIME: { bits: 64, signed: false },
} as const satisfies Partial<Record<FieldType, Width>>;

/** The types whose constants are written as integers. */
export type IntegerType = keyof typeof WIDTHS;

/** Whether constants of the type are integers. */
export function isIntegerType(type: FieldType): type is IntegerType {
  return Object.hasOwn(WIDTHS, type);
}

/** What C's sscanf takes for an integer when nothing may follow it: leading blanks and a sign. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/;
/** More digits than these are out of range whatever they are; reading them would take time that grows faster than they do. */
const MAX_DIGITS = 40;

/**
 * Reads an integer as Falco does, with sscanf: decimal only, saturating at 64 bits, then cut to the width of the type, so that −1
 * is the largest unsigned number and 300 is 44 for 8 bits. Integers beyond ±2^53 are bigint, the others numbers.
 */
export function readInteger(text: string, type: IntegerType): Result<number | bigint, string> {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return err(`${text} is not a valid number`);
  const { bits, signed } = WIDTHS[type];
  const size = magnitude(digits);
  const whole = signed ? saturateSigned(sign === '-' ? -size : size) : saturateUnsigned(size, sign === '-');
  return ok(plain(signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole)));
}

function magnitude(digits: string): bigint {
  const significant = digits.replace(/^0+/, '');
  return BigInt(significant.length > MAX_DIGITS ? '9'.repeat(MAX_DIGITS) : `0${significant}`);
}

const MAX_SIGNED = 2n ** 63n - 1n;
const MAX_UNSIGNED = 2n ** 64n - 1n;

function saturateSigned(value: bigint): bigint {
  if (value > MAX_SIGNED) return MAX_SIGNED;
  return value < -MAX_SIGNED - 1n ? -MAX_SIGNED - 1n : value;
}

function saturateUnsigned(size: bigint, negative: boolean): bigint {
  if (size > MAX_UNSIGNED) return MAX_UNSIGNED;
  return negative ? -size : size;
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
