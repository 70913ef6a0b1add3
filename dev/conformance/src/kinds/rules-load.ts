import { isDeepStrictEqual } from 'node:util';
import { type Result, err, ok } from '@whoran/kernel';
import {
  type AppendOutput,
  type EventSource,
  type FieldType,
  type LoadIssue,
  type LoadResult,
  type LoadedFile,
  type RuleFile,
  type RuleSelection,
  loadRules,
  parsePriority,
  selectRules,
  syscallFields,
} from '@whoran/rules';
import { type Case, type Kind, type Material, type Outcome, differs, passed } from '../kind.ts';
import { anyField, onlyFields } from './catalogs.ts';
import { describeLoad } from './describe-load.ts';

interface Load extends Case {
  readonly rules_files: readonly { readonly name: string; readonly content?: string; readonly content_ref?: string }[];
  readonly sources?: readonly string[];
  readonly field_check?: string;
  readonly fields?: Readonly<Record<string, readonly [FieldType, boolean]>>;
  readonly plugins?: readonly { readonly name: string; readonly version: string }[];
  readonly min_priority?: string | null;
  readonly selection?: readonly { readonly op: RuleSelection['operation']; readonly rule?: string; readonly tag?: string }[] | null;
  readonly extra_output_format?: readonly ExtraFormat[];
  readonly extra_output_fields?: readonly { readonly key: string; readonly format: string }[];
  readonly expect: Expected;
}

interface ExtraFormat {
  readonly format: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly rule: string;
}

/** What loading comes to. */
export interface Expected {
  readonly ok: boolean;
  readonly loads: readonly ExpectedFile[];
  readonly describe?: Readonly<Record<string, unknown>> | null;
  readonly num_enabled?: number;
  readonly plugin_requirements_ok?: boolean;
  readonly plugin_requirements_error?: string;
}

interface ExpectedFile {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly ExpectedIssue[];
  readonly warnings: readonly ExpectedIssue[];
}

interface ExpectedIssue {
  readonly deprecated_field?: string;
  readonly [key: string]: unknown;
}

/** Loads rule files: errors and warnings with their places, what is defined, and how many rules are enabled. */
export const rulesLoad: Kind = {
  kind: 'rules-load',
  run: (it, material) => runLoad(it as Load, material),
};

function runLoad(it: Load, material: Material): Outcome {
  const files = filesOf(it, material);
  if (!files.ok) return { kind: 'not-applicable', reason: files.error };
  const result = loadRules(files.value, {
    sources: sourcesOf(it, material),
    issues: 'first',
    appendOutput: additionsOf(it),
    ...(it.plugins === undefined ? {} : { plugins: it.plugins }),
  });
  return compareLoad(it.expect, result) ?? compareSelection(it, result) ?? passed;
}

/** Large files are kept once, under the name that cases refer to. */
function filesOf(it: Load, material: Material): Result<readonly RuleFile[], string> {
  const files: RuleFile[] = [];
  for (const { name, content, content_ref: reference = '' } of it.rules_files) {
    const path = [`cases/${reference}`, `cases/files/${reference}`].find((candidate) => reference !== '' && material.has(candidate));
    const text = content ?? (path === undefined ? undefined : material.read(path));
    if (text === undefined) return err(`the rule file ${reference} that the case refers to is not in the folder`);
    files.push({ name, text });
  }
  return ok(files);
}

/** The first difference between what a load came to and what is expected. */
export function compareLoad(expected: Expected, result: LoadResult): Outcome | undefined {
  const isOk = result.files.every((file) => file.ok);
  if (isOk !== expected.ok) return differs('ok', expected.ok, { isOk, issues: result.files.flatMap((file) => file.issues) });
  const loads = compareFiles(expected.loads, result.files);
  if (loads !== undefined) return loads;
  if (expected.plugin_requirements_ok !== undefined) {
    const problem = result.pluginProblem ?? '';
    if (problem !== expected.plugin_requirements_error) return differs('plugins', expected.plugin_requirements_error, problem);
  }
  if (expected.describe === undefined || expected.describe === null) return undefined;
  const described = describeLoad(result);
  for (const [key, value] of Object.entries(expected.describe)) {
    const difference = firstDifference(key, value, described[key as keyof typeof described]);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareFiles(expected: readonly ExpectedFile[], files: readonly LoadedFile[]): Outcome | undefined {
  const names = files.map(({ name }) => name);
  const expectedNames = expected.map(({ name }) => name);
  if (!isDeepStrictEqual(names, expectedNames)) return differs('files', expectedNames, names);
  for (const [index, file] of files.entries()) {
    const { errors = [], warnings = [] } = expected[index] ?? {};
    const difference =
      firstDifference(`${file.name} errors`, errors.map(withoutField), issuesOf(file, 'error')) ??
      firstDifference(`${file.name} warnings`, warnings.map(withoutField), issuesOf(file, 'warning'));
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** The deprecated field is in the message as well. */
function withoutField({ deprecated_field: _, ...issue }: ExpectedIssue): unknown {
  return issue;
}

function issuesOf(file: LoadedFile, severity: LoadIssue['severity']): readonly unknown[] {
  const issues = file.issues.filter((issue) => issue.severity === severity);
  return issues.map(({ code, message, locations, snippet }) => ({
    code,
    message,
    locations: locations.map((place) => [place.itemType, place.itemName, place.file, place.line, place.column, place.offset]),
    snippet,
  }));
}

/** Of lists, the first member that is different: whole ones are too long to be read. */
function firstDifference(what: string, expected: unknown, actual: unknown): Outcome | undefined {
  if (isDeepStrictEqual(expected, actual)) return undefined;
  if (!Array.isArray(expected) || !Array.isArray(actual)) return differs(what, expected, actual);
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    if (!isDeepStrictEqual(expected[index], actual[index])) return differs(`${what}[${index}]`, expected[index], actual[index]);
  }
  return undefined;
}

function compareSelection(it: Load, result: LoadResult): Outcome | undefined {
  if (it.expect.num_enabled === undefined || !it.expect.ok) return undefined;
  const section = (it.selection ?? []).map(({ op, ...match }) => ({ operation: op, ...match }));
  const enabled = selectRules(result.rules, section, parsePriority(it.min_priority ?? 'debug'));
  return enabled.length === it.expect.num_enabled ? undefined : differs('enabled rules', it.expect.num_enabled, enabled.length);
}

function sourcesOf(it: Load, material: Material): readonly EventSource[] {
  const names = it.sources ?? ['syscall'];
  const note = material.file['field_check'] ?? it.field_check;
  const isPermissive = typeof note === 'string' && note.startsWith('permissive');
  const catalog = it.fields === undefined ? (isPermissive ? anyField : syscallFields()) : onlyFields(it.fields);
  return names.map((name) => ({ name, catalog }));
}

function additionsOf(it: Load): readonly AppendOutput[] {
  const formats = (it.extra_output_format ?? []).map(({ format, source, tags, rule }) => ({
    match: { ...(source === '' ? {} : { source }), tags, ...(rule === '' ? {} : { rule }) },
    output: format,
    fields: [],
  }));
  const fields = (it.extra_output_fields ?? []).map(({ key, format }) => ({ match: {}, fields: [{ key, format, raw: false }] }));
  return [...formats, ...fields];
}
