import type { BinaryOperator } from './condition/ast.ts';
import type { FieldValue } from './values.ts';

/** A kind of field: how it is called, what constants it is compared with and how, and what it has in events. */
export interface FieldKind {
  readonly names: readonly string[];
  readonly constants: readonly string[];
  readonly operators: readonly BinaryOperator[];
  readonly values?: readonly FieldValue[];
  readonly lists?: boolean;
}

/** Texts that events have and constants are; some are names that objects have, too. */
export const TEXTS = ['a', 'b', 'ab', 'A', 'aB', '/a', '/a/b', '', '__proto__', 'constructor', '1', 'é', '\u{1f600}'];
const EQUALITY: readonly BinaryOperator[] = ['=', '==', '!=', 'in', 'intersects'];
const ORDER: readonly BinaryOperator[] = ['<', '<=', '>', '>='];
const TEXT: readonly BinaryOperator[] = ['contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob', 'regex', 'pmatch'];
const TYPES = ['open', 'openat', 'execve', 'connect', 'close'];
const ADDRESSES = ['10.0.0.1', '10.1.0.1', '192.168.0.1', 'fd00:0:0:0:0:0:0:1'];
const AS_VALUES = [
  { family: 4, value: 0x0a000001n },
  { family: 4, value: 0x0a010001n },
  { family: 6, value: (0xfd00n << 112n) | 1n },
] as const;

/** The type of an event, which rules are indexed by. */
export const EVENT_TYPE: FieldKind = { names: ['evt.type'], constants: TYPES, operators: ['=', '!=', 'in'], values: TYPES };

/** Of specCatalog: what is compared, and with what. Constants are such that their patterns mean the same to JavaScript. */
export const KINDS: readonly FieldKind[] = [
  EVENT_TYPE,
  {
    names: ['text.a', 'text.b', 'path.a'],
    constants: [...TEXTS.filter((text) => text !== ''), 'a*', '?b'],
    operators: EQUALITY,
    values: TEXTS,
  },
  { names: ['text.a', 'path.a'], constants: ['a', 'b', '/a', 'ab', '/a/b'], operators: TEXT, values: TEXTS },
  { names: ['text.a', 'text.b'], constants: ['1', '5'], operators: ORDER, values: TEXTS },
  {
    names: ['number.a', 'size.a', 'real.a'],
    constants: ['0', '1', '2', '100'],
    operators: [...EQUALITY, ...ORDER],
    values: [0, 1, 2, 50, 100],
  },
  { names: ['flag.a'], constants: ['true', 'false'], operators: EQUALITY, values: [true, false] },
  { names: ['address.a'], constants: ADDRESSES, operators: EQUALITY, values: AS_VALUES },
  {
    names: ['network.a'],
    constants: ['10.0.0.0/8', '10.0.0.0/16', '192.168.0.0/24', 'fd00:0:0:0:0:0:0:0/8'],
    operators: EQUALITY,
    values: AS_VALUES,
  },
  { names: ['list.text_a', 'list.text_b'], constants: TEXTS, operators: ['in', 'intersects'], values: TEXTS, lists: true },
  { names: ['any.text_a'], constants: TEXTS, operators: ['=', '!=', 'in', 'startswith', 'contains'], values: TEXTS, lists: true },
  { names: ['ends.address_a'], constants: ADDRESSES, operators: ['=', '!=', 'in'], values: AS_VALUES, lists: true },
];
