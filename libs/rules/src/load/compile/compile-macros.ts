import type { CollectedMacro } from '../../collect/collection.ts';
import type { Condition } from '../../condition/ast.ts';
import { checksIn } from '../../condition/walk.ts';
import { MAX_RESOLVED_DEPTH, type MacroResolution, resolveMacros } from '../../condition/resolve-macros.ts';
import { type Context, inExpression } from '../../read/context.ts';
import { MAX_CONDITION_SIZE, MAX_SIZE_OF_ALL } from '../../read/limits.ts';
import { Refusal } from '../../read/refusal.ts';
import { type Compilation, type ListsInUse, attempt } from './compilation.ts';
import { parseFilled } from './parse-filled.ts';

/** Macros while they are resolved, in the order of their definitions. */
export interface MacrosInUse {
  readonly conditions: Map<string, Condition>;
  readonly used: Set<string>;
  /** How many parts the conditions have so far, with their macros put in. */
  size: number;
  /** Where the checks of macros are written: rules have the same ones. */
  readonly origins: Map<Condition, Origin>;
}

/** A condition of a file: its text with lists filled in, and where it stands. */
export interface Origin {
  readonly text: string;
  readonly context: Context;
}

/** Parses all macros, then puts them into one another. A macro does not see those that were first defined after its last change. */
export function compileMacros(compilation: Compilation, lists: ListsInUse, collected: ReadonlyMap<string, CollectedMacro>): MacrosInUse {
  const macros: MacrosInUse = { conditions: new Map(), used: new Set(), size: 0, origins: new Map() };
  const shown = new Map<string, string>();
  for (const macro of collected.values()) {
    const parsed = attempt(compilation, () => parseFilled(compilation, lists, macro.condition, macro.conditionContext));
    if (parsed === undefined) {
      compilation.brokenMacros.add(macro.name);
      continue;
    }
    const { condition, filled: text } = parsed;
    macros.conditions.set(macro.name, condition);
    shown.set(macro.name, compilation.stopAtFirst ? macro.condition : text);
    compilation.brokenMacros.delete(macro.name);
    for (const check of checksIn(condition)) macros.origins.set(check, { text, context: macro.conditionContext });
  }
  for (const [name, condition] of macros.conditions) {
    const macro = collected.get(name);
    if (macro === undefined) continue;
    const lookup = (other: string): Condition | undefined =>
      (collected.get(other)?.first ?? macro.last) < macro.last ? macros.conditions.get(other) : undefined;
    const resolved = attempt(compilation, () =>
      putIn(compilation, condition, { macros, lookup, text: shown.get(name) ?? macro.condition, context: macro.context }),
    );
    if (resolved === undefined) {
      compilation.brokenMacros.add(name);
      macros.conditions.delete(name);
    } else macros.conditions.set(name, resolved);
  }
  return macros;
}

/** What a condition's macros are taken from, and where it stands. */
export interface Insertion {
  readonly macros: MacrosInUse;
  readonly lookup: (name: string) => Condition | undefined;
  /** What places in errors are shown in: Falco has none of the lists in it, although its places are those with them. */
  readonly text: string;
  readonly context: Context;
}

/**
 * Puts the macros into a condition. Throws Refusal at the first loop or unknown macro; nothing is returned when the only unknown ones
 * are broken themselves.
 */
export function putIn(compilation: Compilation, condition: Condition, insertion: Insertion): Condition | undefined {
  const resolution = resolveMacros(condition, insertion.lookup);
  const problem = problemOf(resolution, compilation.brokenMacros);
  if (problem !== undefined) {
    throw new Refusal('LOAD_ERR_VALIDATE', problem.message, inExpression(insertion.context, insertion.text, problem.position));
  }
  if (resolution.unknown.length > 0) return undefined;
  if (resolution.tooDeep || resolution.size > MAX_CONDITION_SIZE)
    throw new Refusal('LOAD_ERR_COMPILE_CONDITION', TOO_LARGE, insertion.context);
  insertion.macros.size += resolution.size;
  if (insertion.macros.size > MAX_SIZE_OF_ALL) throw new Refusal('LOAD_ERR_COMPILE_CONDITION', TOO_LARGE_TOGETHER, insertion.context);
  for (const { name } of resolution.resolved) insertion.macros.used.add(name);
  return resolution.condition;
}

function problemOf({ loops, unknown }: MacroResolution, broken: ReadonlySet<string>) {
  const [loop] = loops;
  if (loop !== undefined) return { message: `reference loop in macro '${loop.name}'`, position: loop.position };
  const missing = unknown.find(({ name }) => !broken.has(name));
  return missing && { message: `Undefined macro '${missing.name}' used in filter.`, position: missing.position };
}

const TOO_LARGE =
  `with its macros put in, the condition has more than ${MAX_CONDITION_SIZE} parts ` + `or nests deeper than ${MAX_RESOLVED_DEPTH} levels`;
const TOO_LARGE_TOGETHER = `with their macros put in, the conditions so far have more than ${MAX_SIZE_OF_ALL} parts`;
