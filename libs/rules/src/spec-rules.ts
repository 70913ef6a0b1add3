import fc from 'fast-check';
import type { BinaryOperator, Condition, Operand, Transformer, Value } from './condition/ast.ts';
import { NOWHERE } from './condition/spec-conditions.ts';
import { EVENT_TYPE, type FieldKind, KINDS, TEXTS } from './spec-field-kinds.ts';
import type { RuleEvent } from './fields/field.ts';
import type { FieldValue } from './values.ts';

const position = NOWHERE;

/** `name[argument]` */
const field = (spelled: string): Operand => {
  const [, name = spelled, argument] = /^(.*)\[(.*)\]$/.exec(spelled) ?? [];
  return { type: 'field', name, ...(argument === undefined ? {} : { argument }), position };
};
const value = (text: string): Value => ({ type: 'value', value: text, position });
const right = (name: string): Operand => ({ ...field(name), val: { position } }) as Operand;
const isListOperator = (operator: BinaryOperator) => operator === 'in' || operator === 'intersects' || operator === 'pmatch';

/** Any check of such a field with a constant. */
export function checksOf({ names, constants, operators }: FieldKind): fc.Arbitrary<Condition> {
  const texts = fc.subarray([...constants]);
  const check = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...operators), texts, fc.constantFrom(...constants));
  return check.map(([name, operator, values, text]) => {
    const constant = isListOperator(operator) ? ({ type: 'list', values, position } as const) : value(text);
    return { type: 'binary', left: field(name), operator, right: constant, position };
  });
}

const modified = fc
  .tuple(fc.constantFrom('oneof', 'anyof', 'allof'), fc.constantFrom('=', '!=', 'startswith', 'contains'), fc.subarray(TEXTS))
  .map(([modifier, operator, values]): Condition => ({
    type: 'binary',
    left: field('text.a'),
    operator,
    modifier,
    right: { type: 'list', values, position },
    position,
  }));

const between = fc
  .constantFrom(
    ['text.a', '=', 'text.b'],
    ['text.a', 'startswith', 'text.b'],
    ['number.a', '<', 'number.b'],
    ['list.text_a', 'in', 'list.text_b'],
  )
  .map(([left = '', operator, other = '']): Condition => ({
    type: 'binary',
    left: field(left),
    operator: operator as BinaryOperator,
    right: right(other),
    position,
  }));

const unary = fc
  .constantFrom(...KINDS.flatMap(({ names }) => names))
  .map((name): Condition => ({ type: 'unary', left: field(name), operator: 'exists', position }));

const made = (name: Transformer['name'], ...values: Transformer['values']): Operand => ({ type: 'transformer', name, values, position });
const transformed = fc.constantFrom<Condition>(
  { type: 'binary', left: made('tolower', field('text.a')), operator: '=', right: value('ab'), position },
  {
    type: 'binary',
    left: made('toupper', field('list.text_a')),
    operator: 'intersects',
    right: { type: 'list', values: ['AB', 'A'], position },
    position,
  },
  {
    type: 'binary',
    left: made('basename', field('path.a')),
    operator: 'in',
    right: { type: 'list', values: ['b', ''], position },
    position,
  },
  { type: 'binary', left: made('len', field('text.a')), operator: '>', right: value('2'), position },
  { type: 'binary', left: made('len', field('list.text_a')), operator: '=', right: value('2'), position },
  { type: 'binary', left: made('concat', field('text.a'), value('b')), operator: '=', right: value('ab'), position },
  { type: 'binary', left: field('text.b'), operator: '=', right: made('tolower', field('text.a')), position },
);

/** Any well-typed check over the fields of specCatalog. */
export const specChecks: readonly fc.Arbitrary<Condition>[] = [
  ...KINDS.map(checksOf),
  checksOf(EVENT_TYPE),
  modified,
  between,
  unary,
  transformed,
];

/** Any condition of such checks, and of macros of these names. */
export function randomCondition(checks: readonly fc.Arbitrary<Condition>[], macros: readonly string[]): fc.Arbitrary<Condition> {
  const identifiers = macros.map((name) => fc.constant<Condition>({ type: 'identifier', name, position }));
  return fc.letrec<{ condition: Condition; children: Condition[] }>((tie) => ({
    children: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
    condition: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.oneof(...checks, ...identifiers),
      tie('children').map((children): Condition => ({ type: 'and', children, position })),
      tie('children').map((children): Condition => ({ type: 'or', children, position })),
      tie('condition').map((child): Condition => ({ type: 'not', child, position })),
    ),
  })).condition;
}

/** Any event with values of the types of these fields; each may be absent. */
export const randomEvent: fc.Arbitrary<RuleEvent> = fc
  .record(
    Object.fromEntries(
      [...KINDS, { names: ['number.b'], values: [0, 1, 2] }].flatMap((kind) => {
        const one = fc.constantFrom<FieldValue>(...(kind.values ?? []));
        const any = 'lists' in kind && kind.lists ? fc.array(one as fc.Arbitrary<string>, { maxLength: 3 }) : one;
        return kind.names.map((name) => [name, any] as const);
      }),
    ),
    { requiredKeys: [] },
  )
  .map((document) => ({ source: 'syscall', document, time: 0n, hostname: '' }));
