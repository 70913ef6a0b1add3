import type { BinaryCheck, Modifier, UnaryCheck } from '../condition/ast.ts';
import type { FieldType } from '../values.ts';
import { isIntegerType } from './constants/integers.ts';

/** Any operator as it is compared: `==` is `=`. */
export type Operator = Exclude<BinaryCheck['operator'] | UnaryCheck['operator'], '=='>;

/** Falco's families of types; each takes its own operators. */
type Family = 'numeric' | 'bool' | 'string' | 'buffer' | 'ip address and network';

const EQUALITY = ['exists', '=', '!=', 'in', 'intersects'] as const;
const ORDER = ['<', '<=', '>', '>='] as const;
const TEXT = ['contains', 'startswith', 'endswith'] as const;

const OPERATORS: Readonly<Record<Family, ReadonlySet<Operator>>> = {
  numeric: new Set([...EQUALITY, ...ORDER]),
  bool: new Set(EQUALITY),
  string: new Set([...EQUALITY, ...ORDER, ...TEXT, 'icontains', 'glob', 'iglob', 'regex', 'pmatch']),
  buffer: new Set([...EQUALITY, ...TEXT, 'bcontains', 'bstartswith']),
  'ip address and network': new Set(EQUALITY),
};

const OF_LISTS: ReadonlySet<Operator> = new Set(['exists', 'in', 'intersects']);
const TYPES_IN_LISTS: ReadonlySet<FieldType> = new Set(['CHARBUF', 'UINT64', 'RELTIME', 'ABSTIME', 'BOOL', 'IPADDR', 'IPNET']);

/** What is compared. */
interface Typed {
  readonly type: FieldType;
  readonly list: boolean;
}

/** One name per operator. */
export function plainOperator(operator: BinaryCheck['operator'] | UnaryCheck['operator']): Operator {
  return operator === '==' ? '=' : operator;
}

/** Why values of the type cannot be compared so, in Falco's words; nothing if they can. */
export function refuseOperator(operator: Operator, modifier: Modifier | undefined, { type, list }: Typed): string | undefined {
  if (operator === 'exists') return undefined;
  if (list) {
    if (!TYPES_IN_LISTS.has(type)) return `filter error: list filters are not supported for type '${type}'`;
    return OF_LISTS.has(operator) ? undefined : `filter error: '${operator}' operator not supported list filters`;
  }
  const family = familyOf(type);
  if (OPERATORS[family].has(operator)) return undefined;
  const what = family === 'ip address and network' && modifier !== undefined ? 'with modifier' : 'operator';
  return `filter error: '${operator}' ${what} not supported for ${family === 'bool' ? 'numeric' : family} filters`;
}

function familyOf(type: FieldType): Family {
  if (isIntegerType(type) || type === 'PORT' || type === 'DOUBLE') return 'numeric';
  if (type === 'BOOL') return 'bool';
  if (type === 'BYTEBUF') return 'buffer';
  return type === 'IPADDR' || type === 'IPNET' ? 'ip address and network' : 'string';
}
