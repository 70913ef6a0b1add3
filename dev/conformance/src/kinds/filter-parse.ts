import { isDeepStrictEqual } from 'node:util';
import { type Condition, type Operand, type Position, parseCondition, printCondition, printExactly, printOperator } from '@whoran/rules';
import { type Case, type Kind, type Outcome, differs, passed } from '../kind.ts';

/** The cases were parsed with the parser's own limit; rule files are read with a higher one. */
const MAX_DEPTH = 100;

interface Expected {
  readonly ok: boolean;
  readonly ast?: unknown;
  readonly as_string?: string;
  readonly error?: string;
  readonly end_pos: readonly number[];
}

/** Parses the filter and compares tree, text and positions, or the error and where it is. */
export const filterParse: Kind = {
  kind: 'filter-parse',
  run: (it) => {
    const expected = it['expect'] as Expected;
    const parsed = parseCondition(textOf(it), { maxDepth: MAX_DEPTH });
    if (parsed.ok !== expected.ok) return differs('ok', expected.ok, parsed);
    if (parsed.ok) return checkTree(parsed.value, expected);
    const actual = [parsed.error.message, ...positionOf(parsed.error.position)];
    const wanted = [expected.error, ...expected.end_pos];
    return isDeepStrictEqual(actual, wanted) ? passed : differs('error', wanted, actual);
  },
};

function checkTree(condition: Condition, expected: Expected): Outcome {
  const tree = treeOf(condition);
  if (!isDeepStrictEqual(tree, expected.ast)) return differs('tree', expected.ast, tree);
  const text = printCondition(condition);
  if (text !== expected.as_string) return differs('text', expected.as_string, text);
  const exact = printExactly(condition);
  const again = parseCondition(exact, { maxDepth: 2 * MAX_DEPTH });
  const same = again.ok && printCondition(again.value) === text && printExactly(again.value) === exact;
  return same ? passed : differs('parsed again', exact, again);
}

function textOf(it: Case): string {
  const filter = it['filter'];
  if (typeof filter === 'string') return filter;
  const { repeat, count } = filter as { readonly repeat: string; readonly count: number };
  return repeat.repeat(count);
}

/** A condition as the cases write it. */
function treeOf(condition: Condition): Readonly<Record<string, unknown>> {
  const { type, position } = condition;
  const pos = positionOf(position);
  switch (type) {
    case 'and':
    case 'or':
      return { type, pos, children: condition.children.map(treeOf) };
    case 'not':
      return { type, pos, child: treeOf(condition.child) };
    case 'identifier':
      return { type, pos, name: condition.name };
    case 'unary':
      return { type, pos, left: partOf(condition.left), op: condition.operator };
    case 'binary':
      return { type, pos, left: partOf(condition.left), op: printOperator(condition), right: partOf(condition.right) };
  }
}

type Part = Extract<Condition, { readonly type: 'binary' }>['right'] | Extract<Operand, { readonly type: 'transformer' }>['values'][number];

function partOf(part: Part): Readonly<Record<string, unknown>> {
  const pos = positionOf(part.position);
  const argument = 'argument' in part ? { arg: part.argument } : {};
  switch (part.type) {
    case 'value':
      return { type: part.type, pos, value: part.value };
    case 'list':
      return { type: part.type, pos, values: part.values };
    case 'transformer_list':
      return { type: part.type, pos, children: part.children.map(partOf) };
    case 'transformer':
      return { type: part.type, pos, transformer: part.name, values: part.values.map(partOf), ...argument };
    case 'field': {
      const field = { type: part.type, pos, field: part.name, ...argument };
      if (part.val === undefined) return field;
      const outer = part.val.argument === undefined ? {} : { arg: part.val.argument };
      return { type: 'transformer', pos: positionOf(part.val.position), transformer: 'val', values: [field], ...outer };
    }
  }
}

function positionOf({ index, line, column }: Position): readonly number[] {
  return [index, line, column];
}
