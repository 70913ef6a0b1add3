import { isDeepStrictEqual } from 'node:util';
import { err, ok } from '@whoran/kernel';
import { type FieldCatalog, type FieldType, type FieldValue, type OutputFormat, type ResolvedField, parseOutput } from '@whoran/rules';
import { type Case, type Kind, type Outcome, differs, passed } from '../kind.ts';

interface Expected {
  readonly ok: boolean;
  readonly error?: string;
  readonly complete_text?: boolean;
  readonly text?: string;
  readonly complete_json?: boolean;
  readonly json?: unknown;
  readonly field_names?: readonly string[];
}

type Fields = Readonly<Record<string, { readonly type: FieldType; readonly value: unknown; readonly list?: boolean }>>;

const EVENT = { source: 'syscall', document: {}, time: 0n, hostname: 'testhost' };

/** A format and the values of its fields, and the text and JSON that come of it. */
export const format: Kind = {
  kind: 'format',
  run(it: Case): Outcome {
    const expected = it['expect'] as Expected;
    const parsed = parseOutput(String(it['format']), catalogOf(it['fields'] as Fields));
    if (!expected.ok) return refusal(expected.error ?? '', parsed);
    if (!parsed.ok) return differs('outcome', expected, parsed.error);
    const actual = printed(parsed.value);
    return isDeepStrictEqual(actual, expected) ? passed : differs('output', expected, actual);
  },
};

/** Behind Falco's words for an unknown field come ours, which say what is wrong. */
function refusal(expected: string, parsed: ReturnType<typeof parseOutput>): Outcome {
  if (parsed.ok) return differs('outcome', expected, 'a format');
  const same = parsed.error === expected || (expected.startsWith('unknown filter:') && parsed.error.startsWith(expected));
  return same ? passed : differs('error', expected, parsed.error);
}

function printed(output: OutputFormat): Expected {
  const complete = output.isComplete(EVENT);
  const json = output.fields(EVENT);
  return {
    ok: true,
    complete_text: complete.text,
    text: output.text(EVENT),
    complete_json: complete.fields,
    json: Object.keys(json).length === 0 ? null : json,
    field_names: output.names,
  };
}

/** Cases bring the fields they use, with their arguments. */
function catalogOf(fields: Fields): FieldCatalog {
  return {
    resolve: (name, argument) => {
      const key = argument === undefined ? name : `${name}[${argument}]`;
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return field ? ok(fieldOf(field)) : err(`filter_check called with nonexistent field ${key}`);
    },
    list: () => [],
  };
}

function fieldOf({ type, value, list = false }: Fields[string]): ResolvedField {
  return { type, list, read: () => (value ?? undefined) as FieldValue, ...(type === 'IPADDR' ? { json: () => value } : {}) };
}
