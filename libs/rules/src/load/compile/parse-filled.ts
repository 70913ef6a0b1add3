import type { Condition } from '../../condition/ast.ts';
import { parseCondition } from '../../condition/parser.ts';
import { type Context, inExpression } from '../../read/context.ts';
import { MAX_CONDITION_LENGTH } from '../../read/limits.ts';
import { Refusal } from '../../read/refusal.ts';
import { fillInLists } from '../../resolve/fill-in-lists.ts';
import type { Compilation, ListsInUse } from './compilation.ts';

/** A condition as text, with its lists in it, and as understood. */
export interface ParsedCondition {
  readonly filled: string;
  readonly condition: Condition;
}

/** Fills the lists in and parses. Throws Refusal with the place in the text that has the lists in it. */
export function parseFilled(compilation: Compilation, lists: ListsInUse, condition: string, context: Context): ParsedCondition {
  const filled = condition.length > MAX_CONDITION_LENGTH ? undefined : fillInLists(condition, lists.index);
  if (filled === undefined) throw new Refusal('LOAD_ERR_COMPILE_CONDITION', TOO_LONG, context);
  for (const name of filled.used) lists.used.add(name);
  // Checks tell where they are written: no two items may have the same ones.
  const item = context.locations.at(1);
  const key = JSON.stringify([item?.itemType, item?.itemName, filled.text]);
  const parsed = compilation.parsed.get(key) ?? parseCondition(filled.text);
  compilation.parsed.set(key, parsed);
  if (parsed.ok) return { filled: filled.text, condition: parsed.value };
  const { message, position } = parsed.error;
  throw new Refusal('LOAD_ERR_COMPILE_CONDITION', message, inExpression(context, filled.text, position));
}

const TOO_LONG = `with its lists filled in, the condition is longer than ${MAX_CONDITION_LENGTH} characters, or all conditions together are`;
