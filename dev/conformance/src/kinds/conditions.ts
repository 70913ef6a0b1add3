import { isDeepStrictEqual } from 'node:util';
import { type Condition, conditionWarnings, detailsOf, parseCondition, printCondition, resolveMacros } from '@whoran/rules';
import { type Case, type Kind, differs, passed } from '../kind.ts';

/** Puts macros into a condition. Where the expected text is null, only the names are compared. */
export const macroResolve: Kind = {
  kind: 'macro-resolve',
  run: (it) => {
    const macros = new Map(
      Object.entries(it['macros'] as Readonly<Record<string, string>>).map(([name, text]) => [name, conditionOf(text)]),
    );
    const expected = it['expect'] as Readonly<Record<string, unknown>>;
    const { condition, resolved, unknown } = resolveMacros(conditionOf(it['filter']), (name) => macros.get(name));
    const actual = {
      filter: expected['filter'] === null ? null : printCondition(condition),
      resolved: namesOf(resolved),
      unknown: namesOf(unknown),
    };
    return isDeepStrictEqual(actual, expected) ? passed : differs('resolution', expected, actual);
  },
};

/** Tells whether a condition is warned of. */
export const conditionWarning: Kind = {
  kind: 'condition-warning',
  run: (it) => {
    const expected = (it['expect'] as { readonly warns: boolean }).warns;
    const warnings = conditionWarnings(conditionOf(it['filter']));
    return warnings.length > 0 === expected ? passed : differs('warns', expected, warnings);
  },
};

/** Lists what a condition uses. The cases list it in no order. */
export const conditionDetails: Kind = {
  kind: 'condition-details',
  run: (it) => {
    const expected = sortedWords(it['expect'] as Readonly<Record<string, readonly string[]>>);
    const known = { macros: namesIn(it, 'known_macros'), lists: namesIn(it, 'known_lists') };
    const { eventNames: _, ...details } = detailsOf(conditionOf(it['filter']), known);
    return isDeepStrictEqual(sortedWords(details), expected) ? passed : differs('details', expected, details);
  },
};

function conditionOf(text: unknown): Condition {
  const parsed = parseCondition(String(text));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function namesOf(references: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(references.map(({ name }) => name))].toSorted();
}

function namesIn(it: Case, key: string): ReadonlySet<string> {
  return new Set((it[key] ?? []) as readonly string[]);
}

function sortedWords(words: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(words).map(([key, values]) => [key, values.toSorted()]));
}
