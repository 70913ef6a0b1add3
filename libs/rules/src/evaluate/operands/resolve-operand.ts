import { type Result, err, ok } from '@whoran/kernel';
import type * as Ast from '../../condition/ast.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import type { FieldValue } from '../../values.ts';
import type { Memory } from '../memory.ts';
import { resolveMultiple } from './multiple-transformers.ts';
import type { Operand } from './operand.ts';
import { applyTransformer } from './single-transformers.ts';
import { textOf } from './text-of.ts';

/** What the operands of one catalog are resolved with; each is resolved once. */
export interface OperandWorld {
  readonly catalog: FieldCatalog;
  readonly memory: Memory;
  readonly operands: Map<string, Operand>;
}

type Argument = Ast.Transformer['values'][number];

/** Resolves one side of a check; the error is Falco's. */
export function resolveOperand(ast: Ast.Operand, world: OperandWorld): Result<Operand, string> {
  if (ast.type === 'field' && ast.val?.argument !== undefined)
    return err("filter error: transformer 'val' does not support field arguments");
  const inBrackets = ast.type === 'field' ? ast.val?.argument : undefined;
  return inBrackets === undefined ? resolveArgument(ast, world) : err("filter error: transformer 'val' does not support field arguments");
}

function resolveArgument(ast: Argument, world: OperandWorld): Result<Operand, string> {
  const key = keyOf(ast);
  const known = world.operands.get(key);
  if (known) return ok(known);
  const operand = resolveNew(ast, key, world);
  if (operand.ok) world.operands.set(key, operand.value);
  return operand;
}

function resolveNew(ast: Argument, key: string, world: OperandWorld): Result<Operand, string> {
  switch (ast.type) {
    case 'field':
      return resolveField(ast, key, world);
    case 'transformer':
      return resolveTransformer(ast, key, world);
    case 'value':
      return ok({ key, name: ast.value, type: 'CHARBUF', list: false, cost: 0, read: () => ast.value });
    case 'transformer_list':
      return resolveList(ast, key, world);
  }
}

function resolveField({ name, argument }: Ast.Field, key: string, { catalog, memory }: OperandWorld): Result<Operand, string> {
  // Falco takes an empty argument for none.
  const field = catalog.resolve(name, argument === '' ? undefined : argument);
  if (!field.ok) return field;
  const { type, list, several } = field.value;
  const resolved = field.value;
  const read = memory.rememberRead(
    list && several === undefined ? (event) => unlessEmpty(resolved.read(event)) : (event) => resolved.read(event),
  );
  return ok({ key, name, type, list, ...(several === undefined ? {} : { several }), cost: 1, read });
}

/** A field with an empty list is absent. */
function unlessEmpty(value: FieldValue): FieldValue {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

function resolveTransformer(ast: Ast.Transformer, key: string, world: OperandWorld): Result<Operand, string> {
  const inputs: Operand[] = [];
  for (const value of ast.values) {
    const input = resolveArgument(value, world);
    if (!input.ok) return input;
    inputs.push(input.value);
  }
  const [first, second] = inputs;
  if (first === undefined) return err(`unknown field transfomer '${ast.name}'`);
  const made = second === undefined ? applyTransformer(ast, first) : resolveMultiple(ast, inputs);
  if (!made.ok) return made;
  const cost = inputs.reduce((sum, input) => sum + input.cost, 3);
  return ok({ ...made.value, key, cost, read: world.memory.rememberRead(made.value.read) });
}

function resolveList({ children }: Ast.TransformerList, key: string, world: OperandWorld): Result<Operand, string> {
  const items: Operand[] = [];
  for (const child of children) {
    const item = resolveArgument(child, world);
    if (!item.ok) return item;
    items.push(item.value);
  }
  const cost = items.reduce((sum, item) => sum + item.cost, 0);
  const read: Operand['read'] = (event) => {
    const texts: string[] = [];
    for (const item of items) {
      const value = item.read(event);
      if (value === undefined) return undefined;
      texts.push(textOf(value));
    }
    return texts;
  };
  return ok({ key, name: 'list', type: 'CHARBUF', list: true, cost, read });
}

/** Brackets and quotes of JSON keep parts apart that could be confused. */
function keyOf(ast: Argument): string {
  switch (ast.type) {
    case 'field':
      return JSON.stringify(ast.argument === undefined || ast.argument === '' ? [ast.name] : [ast.name, ast.argument]);
    case 'value':
      return JSON.stringify(ast.value);
    case 'transformer':
      return `${ast.name}(${ast.values.map(keyOf).join()})${ast.argument === undefined ? '' : JSON.stringify(ast.argument)}`;
    case 'transformer_list':
      return `(${ast.children.map(keyOf).join()})`;
  }
}
