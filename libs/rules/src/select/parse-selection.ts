import { type Result, err, isRecord, ok } from '@whoran/kernel';
import { scalarText } from './settings-value.ts';
import type { RuleSelection } from './select-rules.ts';

/**
 * The entries of a `rules` setting, as in Falco's configuration: `enable` or `disable`, each with a rule, a tag or both. Of an entry
 * with both words only `enable` counts. The error says which entry is wrong and how it should be.
 */
export function parseSelection(entries: readonly unknown[]): Result<readonly RuleSelection[], string> {
  const selections: RuleSelection[] = [];
  for (const [index, entry] of entries.entries()) {
    const selection = parseEntry(entry);
    if (!selection.ok) return err(`rules[${index}]${selection.error}`);
    selections.push(selection.value);
  }
  return ok(selections);
}

function parseEntry(entry: unknown): Result<RuleSelection, string> {
  const fields = isRecord(entry) ? entry : {};
  for (const operation of ['enable', 'disable'] as const) {
    if (!Object.hasOwn(fields, operation)) continue;
    return parseMatch(operation, fields[operation]);
  }
  return err(': must be "enable" or "disable" with a rule or a tag, such as {"disable": {"tag": "network"}}');
}

function parseMatch(operation: RuleSelection['operation'], match: unknown): Result<RuleSelection, string> {
  const fields = isRecord(match) ? match : {};
  const words: { rule?: string; tag?: string } = {};
  for (const key of ['rule', 'tag'] as const) {
    if (!Object.hasOwn(fields, key)) continue;
    const text = scalarText(fields[key]);
    if (text === undefined) return err(`.${operation}.${key}: must be a text`);
    words[key] = text;
  }
  if (words.rule === undefined && words.tag === undefined) return err(`.${operation}: needs a rule or a tag`);
  return ok({ operation, ...words });
}
