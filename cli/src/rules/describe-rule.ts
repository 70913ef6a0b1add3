import { type DefinitionPlace, type LoadedRule, detailsOf, printExactly } from '@whoran/rules';
import type { LoadedGiven } from './load-given.ts';
import { type RuleRow, rowsOf } from './rule-rows.ts';

/** A list or macro that a rule uses, itself or by way of others. */
export interface UsedPart {
  readonly kind: 'macro' | 'list';
  readonly name: string;
  /** Where it is defined and changed, such as `rules.yaml:3`. */
  readonly places: readonly string[];
  /** A macro's condition as written, a list's items. */
  readonly text: string;
}

/** Everything about a rule. */
export interface RuleDescription {
  readonly rule: string;
  readonly description: string;
  readonly source: string;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly state: RuleRow['state'];
  readonly why: string;
  /** Where it is defined, and what is changed where. */
  readonly places: readonly string[];
  readonly output: string;
  readonly extraFields: Readonly<Record<string, string>>;
  /** As written, after appends and overrides. */
  readonly conditionText: string;
  /** With lists, macros and exceptions. */
  readonly condition: string;
  readonly exceptions: LoadedRule['exceptions'];
  readonly fields: readonly string[];
  readonly uses: readonly UsedPart[];
}

/** Gathers what files say about a rule, and from where. */
export function describeRule(rule: LoadedRule, loaded: LoadedGiven): RuleDescription {
  const row = rowsOf(loaded).find((each) => each.rule === rule.name);
  const { name, description, source, priority, tags, outputText, extraFields, conditionText, condition, exceptions } = rule;
  return {
    rule: name,
    description: description.trim(),
    source,
    priority,
    tags,
    state: row?.state ?? 'off',
    why: row?.why ?? '',
    places: placesOf('rule', name, loaded.places),
    output: outputText.trim(),
    extraFields: Object.fromEntries(extraFields.map(({ key, format }) => [key, format])),
    conditionText: conditionText.trim(),
    condition: printExactly(condition),
    exceptions,
    fields: detailsOf(condition, { macros: new Set(), lists: new Set() }).fields,
    uses: usedParts(conditionText, loaded),
  };
}

function placesOf(kind: DefinitionPlace['kind'], name: string, places: readonly DefinitionPlace[]): readonly string[] {
  const own = places.filter((place) => place.kind === kind && place.name === name);
  // A definition takes the place of all that was there before.
  return own.slice(own.findLastIndex(({ change }) => change === 'define')).map(printPlace);
}

const VERBS = { define: '', append: 'appends to', replace: 'replaces', switch: 'switches' } as const;

function printPlace({ file, line, change, parts }: DefinitionPlace): string {
  return change === 'define' ? `${file}:${line}` : `${file}:${line} (${VERBS[change]} ${parts.join(', ')})`;
}

/** What a condition refers to, and what that refers to, each once, in the order in which a reader meets it. */
function usedParts(conditionText: string, { result, places }: LoadedGiven): readonly UsedPart[] {
  const macros = new Map(result.macros.map((macro) => [macro.name, macro]));
  const lists = new Map(result.lists.map((list) => [list.name, list]));
  const found = new Map<string, UsedPart>();
  const visit = (text: string): void => {
    for (const word of wordsOf(text)) {
      const macro = macros.get(word);
      const list = lists.get(word);
      if (macro !== undefined && !found.has(`macro ${word}`)) {
        found.set(`macro ${word}`, {
          kind: 'macro',
          name: word,
          places: placesOf('macro', word, places),
          text: macro.conditionText.trim(),
        });
        visit(macro.conditionText);
      }
      if (list !== undefined && !found.has(`list ${word}`)) {
        const items = list.items.join(', ');
        found.set(`list ${word}`, { kind: 'list', name: word, places: placesOf('list', word, places), text: items });
        for (const reference of list.references) visit(reference);
      }
    }
  };
  visit(conditionText);
  return [...found.values()];
}

/** Words that may be names of macros and lists: what is between blanks, commas and parentheses, outside of quotes. */
function wordsOf(text: string): readonly string[] {
  return text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ').split(/[\s(),=]+/);
}
