import { type Result, err, isRecord, ok } from '@whoran/kernel';
import { scalarText } from '../select/settings-value.ts';
import type { AppendOutput } from './append-output.ts';

/**
 * The entries of an `append_output` setting, as in Falco's configuration. An extra field is a field's name, for its value as it is, or a
 * key with a format. The error says which entry is wrong.
 */
export function parseAppendOutput(entries: readonly unknown[]): Result<readonly AppendOutput[], string> {
  const additions: AppendOutput[] = [];
  for (const [index, entry] of entries.entries()) {
    const addition = parseEntry(entry);
    if (!addition.ok) return err(`append_output[${index}]${addition.error}`);
    additions.push(addition.value);
  }
  return ok(additions);
}

function parseEntry(entry: unknown): Result<AppendOutput, string> {
  if (!isRecord(entry)) return err(': must be a map with "match", "extra_output" and "extra_fields"');
  const match = parseMatch(entry['match'] ?? {});
  if (!match.ok) return match;
  const fields = parseFields(entry['extra_fields'] ?? []);
  if (!fields.ok) return fields;
  if (entry['extra_output'] === undefined) return ok({ match: match.value, fields: fields.value });
  const output = scalarText(entry['extra_output']);
  return output === undefined ? err('.extra_output: must be a text') : ok({ match: match.value, output, fields: fields.value });
}

function parseMatch(match: unknown): Result<AppendOutput['match'], string> {
  if (!isRecord(match)) return err('.match: must be a map with "source", "tags" and "rule"');
  const words: { source?: string; rule?: string; tags?: readonly string[] } = {};
  for (const key of ['source', 'rule'] as const) {
    if (match[key] === undefined) continue;
    const text = scalarText(match[key]);
    if (text === undefined) return err(`.match.${key}: must be a text`);
    words[key] = text;
  }
  if (match['tags'] === undefined) return ok(words);
  const tags = Array.isArray(match['tags']) ? match['tags'].map(scalarText) : [undefined];
  const texts = tags.filter((tag) => tag !== undefined);
  return texts.length === tags.length ? ok({ ...words, tags: texts }) : err('.match.tags: must be a list of texts');
}

type ExtraField = AppendOutput['fields'][number];

function parseFields(entries: unknown): Result<readonly ExtraField[], string> {
  if (!Array.isArray(entries)) return err('.extra_fields: must be a list');
  const fields: ExtraField[] = [];
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    const name = scalarText(entry);
    const formats = isRecord(entry) ? Object.entries(entry) : [];
    if (name !== undefined) fields.push({ key: name, format: `%${name}`, raw: true });
    for (const [key, value] of formats) {
      const format = scalarText(value);
      if (format === undefined) return err(`.extra_fields[${index}].${key}: must be a text`);
      fields.push({ key, format, raw: false });
    }
    if (name === undefined && formats.length === 0) return err(`.extra_fields[${index}]: must be a field or a key with a format`);
  }
  return ok(fields);
}
