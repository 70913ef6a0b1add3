import type { FieldValue, Scalar } from '../../values.ts';
import type { Test } from '../memory.ts';
import type { Operand } from '../operands/operand.ts';
import type { Operator } from '../operators.ts';
import type { ScalarTest } from './scalar-tests.ts';

/** Whether a value is several ones. */
export function isList(value: Exclude<FieldValue, undefined>): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** `exists`: an empty text is there, and so is a connection without ends. */
export function testExists({ read }: Operand): Test {
  return (event) => read(event) !== undefined;
}

/**
 * Makes a test of an event of a test of one value. What is absent satisfies nothing. Of a list, every value must satisfy it for
 * `in`, any for `intersects`. Of several values of one field, any must; for `!=` between the ends of a connection, each.
 */
export function lift({ read, list, several }: Operand, operator: Operator, test: ScalarTest): Test {
  if (several !== undefined) return liftSeveral(read, test, several === 'ends' && operator === '!=');
  if (!list) {
    return (event) => {
      const value = read(event);
      return value !== undefined && !isList(value) && test(value);
    };
  }
  const every = operator === 'in';
  return (event) => {
    const value = read(event);
    return value !== undefined && isList(value) && (every ? value.every(test) : value.some(test));
  };
}

function liftSeveral(read: Operand['read'], test: ScalarTest, each: boolean): Test {
  return (event) => {
    const value = read(event);
    if (value === undefined) return false;
    if (!isList(value)) return test(value);
    return each ? value.length > 0 && value.every(test) : value.some(test);
  };
}
