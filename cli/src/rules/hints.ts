import { type LoadIssue, ENGINE_VERSION, type Location, PRIORITIES } from '@whoran/rules';
import type { LoadedGiven } from './load-given.ts';
import { nearest } from './nearest.ts';

/** What a hint may depend on. */
export interface HintContext {
  readonly issue: LoadIssue;
  readonly loaded: LoadedGiven;
  /** The rule, macro or list that the issue is in. */
  readonly item: Location | undefined;
}

type Hint = (match: RegExpExecArray, context: HintContext) => string | undefined;

/** What to do about an issue, in our words; nothing where Falco's words say it. */
export function hintFor(context: HintContext): string | undefined {
  const { code, message } = context.issue;
  if (LIMIT.test(message)) return 'this is a limit, so that no file can take all memory or time: split the file or the condition';
  for (const [pattern, hint] of BY_MESSAGE) {
    const match = pattern.exec(message);
    const text = match && hint(match, context);
    if (text) return text;
  }
  return BY_CODE[code];
}

/** The loader's own words for its bounds. */
const LIMIT = /(?:has|have) more than \d|nests? deeper than|rule files may have|longer than \d|max depth limit/;

const BY_MESSAGE: readonly (readonly [RegExp, Hint])[] = [
  [/nonexistent field ([\w.-]+)/, hintForField],
  [/Undefined macro '([^']+)'/, hintForMacro],
  [/reference loop in macro/, () => 'a macro cannot contain itself, not even by way of others'],
  [/Unknown key '([^']+)'/, hintForKey],
  [/no (rule|macro|list) by that name already exists|no by that name/i, hintForMissing],
  [/^Rules content is not yaml/, () => 'a rule file is a list of items that begin with - rule:, - macro: or - list:'],
  [/^Invalid priority/, () => `one of ${PRIORITIES.join(', ')}, in any case`],
  [/field check, or an identifier/, () => 'here a check such as proc.name = sh has to begin, or the name of a macro'],
  [/Expected "x\.y\.z"|Unable to parse engine version/, () => 'write three numbers, such as 0.31.0'],
  [/require engine version/, () => `these rules are for a newer Falco; whoran follows engine ${ENGINE_VERSION}`],
  [/Item has no mapping for key '([^']+)'/, ([, key = '']) => `add \`${key}:\`; to change a rule that is there, add \`override:\` instead`],
  [/unexpected token after/, () => 'combine checks with and, or, not; put constants with blanks or special characters in quotes'],
  [/expected a valid check operator/, () => 'the operators are in docs/operators.md; blanks go around those that are words'],
  [/requires an argument/, () => 'write it between brackets, such as proc.aname[2]'],
  [/formatting cannot end|unexpected token after/, () => 'write %% for a percent sign'],
];

const BY_CODE: Readonly<Partial<Record<LoadIssue['code'], string>>> = {
  LOAD_ERR_YAML_PARSE: 'look at the indentation and the quotes here and just above; a value with ": " or " #" in it needs quotes',
  LOAD_UNKNOWN_SOURCE: 'whoran has events of syscall and k8s_audit; this rule is left out, the others run',
  LOAD_UNSAFE_NA_CHECK: 'ask with exists, or not … exists',
  LOAD_NO_EVTTYPE: 'begin with the types that it is about, such as evt.type in (execve, execveat)',
  LOAD_UNKNOWN_FILTER: 'the rule is left out, because it says skip-if-unknown-filter: true',
  LOAD_UNUSED_MACRO: 'take it out, unless another file is to use it',
  LOAD_UNUSED_LIST: 'take it out, unless another file is to use it',
  LOAD_UNKNOWN_ITEM: 'items begin with - rule:, - macro:, - list:, - required_engine_version: or - required_plugin_versions:',
  LOAD_APPEND_NO_VALUES: 'give the exception values, or take it out',
  LOAD_INVALID_MACRO_NAME: 'conditions cannot refer to it by this name: use letters, digits and _',
  LOAD_INVALID_LIST_NAME: 'conditions cannot refer to it by this name: leave blanks, quotes, commas and parentheses away',
};

function hintForField([, field = '']: RegExpExecArray, { loaded: { sources, places }, item }: HintContext): string | undefined {
  const rule = places.findLast(({ kind, name, rule: defined }) => kind === 'rule' && name === item?.itemName && defined !== undefined);
  const source = rule?.rule?.source;
  const other =
    source === undefined
      ? undefined
      : sources.find(({ name, catalog }) => name !== source && catalog.list().some((known) => known.name === field));
  if (other !== undefined) return `${field} is a field of the source ${other.name}: the rule needs \`source: ${other.name}\``;
  const names = sources.filter(({ name }) => source === undefined || name === source).flatMap(({ catalog }) => catalog.list());
  const near = nearest(
    field,
    names.map(({ name }) => name),
  );
  return `${near === undefined ? '' : `did you mean ${near}? `}docs/fields.md lists them all`;
}

function hintForMacro([, name = '']: RegExpExecArray, { loaded: { places, files } }: HintContext): string {
  const defined = places.find((place) => place.kind === 'macro' && place.name === name);
  if (defined !== undefined)
    return `the macro is defined later, at ${defined.file}:${defined.line}: macros see only those that stand before them`;
  if (places.some((place) => place.kind === 'list' && place.name === name)) return `${name} is a list: write field in (${name})`;
  const near = nearest(name, namesOf(places, 'macro'));
  if (near !== undefined) return `did you mean ${near}?`;
  const alone = files.length === 1 ? ': name the file that defines it, too, before this one' : '';
  return `no file that was given defines it${alone}`;
}

const KEYS = [
  'rule',
  'macro',
  'list',
  'condition',
  'output',
  'desc',
  'priority',
  'source',
  'tags',
  'enabled',
  'exceptions',
  'override',
  'items',
];

function hintForKey([, key = '']: RegExpExecArray): string | undefined {
  const near = nearest(key, [...KEYS, 'append', 'warn_evttypes', 'skip-if-unknown-filter', 'capture', 'capture_duration']);
  return near && `did you mean ${near}?`;
}

function hintForMissing(_match: RegExpExecArray, { loaded: { places }, item }: HintContext): string {
  const kind = item?.itemType ?? 'rule';
  const near = nearest(
    item?.itemName ?? '',
    places.filter((place) => place.kind === kind && place.change === 'define').map(({ name }) => name),
  );
  const start = near === undefined ? '' : `did you mean ${JSON.stringify(near)}? `;
  return `${start}the file that defines the ${kind} must come before this one`;
}

function namesOf(places: LoadedGiven['places'], kind: string): readonly string[] {
  return places.filter((place) => place.kind === kind).map(({ name }) => name);
}
