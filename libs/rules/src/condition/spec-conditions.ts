import fc from 'fast-check';
import {
  type Condition,
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  type Operand,
  type Position,
  STRING_OPERATORS,
  TRANSFORMERS,
  type Transformer,
  type Value,
} from './ast.ts';
import { parseCondition } from './parser.ts';

/** The position of every part that {@link anyCondition} makes. */
export const NOWHERE: Position = { index: 0, line: 1, column: 1 };

/** The condition of a text. Throws what is wrong with it. */
export function conditionOf(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${parsed.error.message} at ${parsed.error.position.index}: ${text}`);
  return parsed.value;
}

/** The same condition, or part of one, with every position NOWHERE. */
export function withoutPositions(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part), (key, value: unknown) => (key === 'position' ? NOWHERE : value));
}

const position = fc.constant(NOWHERE);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).map((some) => some.toWellFormed()),
  fc.constantFrom('\\', '"', "'", '\0', '', 'oneof', 'and', 'not', 'val(', '__proto__', 'a b', '<NA>', ')', '\u{1F600}'),
);
const word = fc
  .constantFrom('a', 'and', 'or', 'not', 'in', 'exists', 'val', 'oneof', 'spawned_process', '__proto__x', 'constructor')
  .map((it) => it.replace(/^_+/, ''));
const number = fc.oneof(fc.integer().map(String), fc.constantFrom('0x1F', '1.', '+5', '1e+3', '-0.5E-2'));
const value = text.map((value): Value => ({ type: 'value', value, position: NOWHERE }));
const argument = fc.option(fc.record({ argument: text }), { nil: {} });

const { operand } = fc.letrec<{ operand: Operand; transformer: Transformer }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc
      .tuple(fc.constantFrom('proc.name', 'ka.user.name', 'jevt.value', 'not.in', 'constructor.prototype'), argument)
      .map(([name, argument]): Operand => ({ type: 'field', name, ...argument, position: NOWHERE })),
    tie('transformer'),
  ),
  transformer: fc
    .tuple(
      fc.constantFrom(...TRANSFORMERS),
      fc.array(
        fc.oneof(
          tie('operand'),
          value,
          fc.array(fc.oneof(tie('operand'), value), { maxLength: 3 }).map((children) => ({
            type: 'transformer_list' as const,
            children,
            position: NOWHERE,
          })),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      argument,
    )
    .map(([name, values, argument]) => ({ type: 'transformer', name, values, ...argument, position: NOWHERE })),
}));

const rightOperand = fc
  .tuple(operand, argument)
  .map(([it, argument]): Operand => (it.type === 'field' ? { ...it, val: { position: NOWHERE, ...argument } } : it));
const list = fc.array(text, { maxLength: 3 }).map((values) => ({ type: 'list' as const, values, position: NOWHERE }));
const listName = word.map((value): Value => ({ type: 'value', value, position: NOWHERE }));
// What a modifier may stand before: with these two words it would be a constant.
const modifiedName = listName.filter(({ value }) => value !== 'and' && value !== 'or');

const check: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ type: fc.constant('unary'), left: operand, operator: fc.constant('exists'), position }),
  fc.record({
    type: fc.constant('binary'),
    left: operand,
    operator: fc.constantFrom(...NUMBER_OPERATORS),
    right: fc.oneof(
      number.map((value): Value => ({ type: 'value', value, position: NOWHERE })),
      rightOperand,
    ),
    position,
  }),
  fc.record({
    type: fc.constant('binary'),
    left: operand,
    operator: fc.constantFrom(...STRING_OPERATORS),
    right: fc.oneof(value, rightOperand),
    position,
  }),
  fc.record({
    type: fc.constant('binary'),
    left: operand,
    operator: fc.constantFrom(...STRING_OPERATORS),
    modifier: fc.constantFrom(...MODIFIERS),
    right: fc.oneof(list, modifiedName),
    position,
  }),
  fc.record({
    type: fc.constant('binary'),
    left: operand,
    operator: fc.constantFrom(...LIST_OPERATORS),
    right: fc.oneof(list, listName, rightOperand),
    position,
  }),
);

/** Any condition that has a text: every operator, transformer and kind of constant, names that objects have too. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition; children: readonly Condition[] }>((tie) => ({
  children: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
  condition: fc.oneof(
    { maxDepth: 4 },
    check,
    word.map((name): Condition => ({ type: 'identifier', name, position: NOWHERE })),
    fc.record({ type: fc.constantFrom('and', 'or'), children: tie('children'), position }),
    fc.record({ type: fc.constant('not'), child: tie('condition'), position }),
  ),
})).condition;
