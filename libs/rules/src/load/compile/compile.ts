import type { Collection } from '../../collect/collection.ts';
import { printVersion } from '../../collect/version.ts';
import { expandLists } from '../../resolve/expand-lists.ts';
import { indexLists } from '../../resolve/fill-in-lists.ts';
import { type Compilation, type ListsInUse, attempt } from './compilation.ts';
import { compileMacros } from './compile-macros.ts';
import { compileRule } from './compile-rule.ts';
import type { LoadResult } from '../load-result.ts';

/** What a collection comes to. */
export type Compiled = Pick<LoadResult, 'rules' | 'macros' | 'lists' | 'requiredEngineVersion' | 'requiredPlugins'>;

/** Compiles everything that is defined so far: lists, macros, rules, in the order of their definitions. Throws Refusal. */
export function compile(compilation: Compilation, collection: Collection): Compiled {
  const expanded = expandLists(collection.lists);
  const referenced = new Set([...expanded.values()].flatMap(({ references }) => references));
  const lists: ListsInUse = { index: indexLists(expanded), used: referenced };
  const macros = compileMacros(compilation, lists, collection.macros);
  const rules = [...collection.rules.values()].flatMap((rule) => {
    const catalog = rule.unknownSource ? undefined : compilation.sources.get(rule.source);
    if (catalog === undefined) return [];
    return attempt(compilation, () => compileRule(compilation, rule, { catalog, lists, macros })) ?? [];
  });
  // What could not be compiled may be what uses them.
  if (!compilation.hasErrors()) warnOfUnused(compilation, collection, { lists: lists.used, macros: macros.used });
  return {
    rules,
    macros: [...macros.conditions].map(([name, condition]) => {
      return { name, conditionText: collection.macros.get(name)?.condition ?? '', condition, used: macros.used.has(name) };
    }),
    lists: [...expanded.values()].map((list) => ({ ...list, used: lists.used.has(list.name) })),
    requiredEngineVersion: printVersion(collection.needsEngine),
    requiredPlugins: collection.plugins,
  };
}

interface Used {
  readonly lists: ReadonlySet<string>;
  readonly macros: ReadonlySet<string>;
}

function warnOfUnused({ report }: Compilation, collection: Collection, used: Used): void {
  for (const { name, context } of collection.macros.values()) {
    if (used.macros.has(name)) continue;
    report({ code: 'LOAD_UNUSED_MACRO', message: 'Macro not referred to by any other rule/macro', context });
  }
  for (const { name, context } of collection.lists.values()) {
    if (used.lists.has(name)) continue;
    report({ code: 'LOAD_UNUSED_LIST', message: 'List not referred to by any other rule/macro', context });
  }
}
