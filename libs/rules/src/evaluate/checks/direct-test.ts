import type { FieldValue } from '../../values.ts';
import type { Constant } from '../constants/read-constant.ts';
import type { Test } from '../memory.ts';
import type { Operand } from '../operands/operand.ts';
import type { Operator } from '../operators.ts';

/**
 * The test of an event for the comparisons that rules are full of, in one step; nothing for others, which are put together of a
 * test of one value and what makes one of an event. It answers the same.
 */
export function directTest({ read, list, several }: Operand, operator: Operator, constants: readonly Constant[]): Test | undefined {
  const [constant, another] = constants;
  if (list || several !== undefined || constants.some((it) => typeof it === 'object')) return undefined;
  if (operator === 'in' || operator === 'intersects') {
    if (constant !== undefined && another === undefined) return (event) => read(event) === constant;
    const members = new Set<FieldValue>(constants as readonly FieldValue[]);
    return (event) => members.has(read(event));
  }
  if (constant === undefined || another !== undefined) return undefined;
  return typeof constant === 'string' ? directText(read, operator, constant) : directEquality(read, operator, constant);
}

function directText(read: Operand['read'], operator: Operator, constant: string): Test | undefined {
  switch (operator) {
    case 'startswith':
      return (event) => {
        const value = read(event);
        return typeof value === 'string' && value.startsWith(constant);
      };
    case 'endswith':
      return (event) => {
        const value = read(event);
        return typeof value === 'string' && value.endsWith(constant);
      };
    case 'contains':
      return (event) => {
        const value = read(event);
        return typeof value === 'string' && value.includes(constant);
      };
    default:
      return directEquality(read, operator, constant);
  }
}

function directEquality(read: Operand['read'], operator: Operator, constant: Constant): Test | undefined {
  if (operator === '=') return (event) => read(event) === constant;
  if (operator !== '!=') return undefined;
  return (event) => {
    const value = read(event);
    return value !== undefined && value !== constant;
  };
}
