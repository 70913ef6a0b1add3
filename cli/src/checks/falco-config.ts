import type { CheckRecord } from '@whoran/forensics-api';
import { bad, good, odd } from './check.ts';
import { type YamlMap, listOf, mapOf, textsOf } from './read-yaml.ts';

/** Without these, lineage cannot be followed. */
export const NEEDED_FIELDS = [
  'container.id',
  'k8s.ns.name',
  'k8s.pod.name',
  'evt.type',
  'evt.res',
  'evt.rawres',
  'proc.pid',
  'proc.vpid',
  'proc.ppid',
  'proc.pvpid',
  'proc.pid.ts',
  'thread.tid',
  'thread.ismain',
  'proc.args',
  'proc.cmdline',
  'proc.exepath',
] as const;

/** Without these, answers are poorer: ids of events, and who and where within the container. */
export const USEFUL_FIELDS = ['evt.num', 'container.name', 'proc.name', 'proc.cwd', 'user.name', 'proc.env[SEC_SESSION]'] as const;

/** What the container plugin suggests, which `suggested_output: true` adds. */
const SUGGESTED = ['container.id', 'container.name', 'container.image.repository', 'container.image.tag', 'k8s.ns.name', 'k8s.pod.name'];

/** What else is known when a falco.yaml is looked at. */
export interface FalcoSurroundings {
  readonly file: string;
  /** The lineage rule file, if it was named: it must be listed. */
  readonly rulesFile?: string | undefined;
  /** Fields that the lineage rules send by themselves. */
  readonly fieldsInOutputs?: readonly string[];
}

/** Whether Falco is configured to send what whoran needs. */
export function checkFalcoConfig(documents: readonly unknown[], around: FalcoSurroundings): readonly CheckRecord[] {
  const config = mapOf(documents[0]);
  return [
    ruleMatching(config),
    jsonOutput(config),
    priority(config),
    httpOutput(config),
    ...fields(config, around),
    rulesFiles(config, around),
  ];
}

function ruleMatching(config: YamlMap): CheckRecord {
  if (config['rule_matching'] === 'all') return good('rule-matching', 'rule_matching is all');
  return bad(
    'rule-matching',
    `rule_matching is ${word(config['rule_matching'], 'first, the default')}: a lineage rule hides the rules after it, or they hide it`,
    'set rule_matching: all',
  );
}

function jsonOutput(config: YamlMap): CheckRecord {
  if (config['json_output'] !== true) return bad('json-output', 'json_output is not on', 'set json_output: true');
  if (config['json_include_output_fields_property'] === false)
    return bad('json-output', 'the fields are left out of the JSON', 'set json_include_output_fields_property: true');
  return good('json-output', 'json_output is on');
}

function priority(config: YamlMap): CheckRecord {
  const value = word(config['priority'], 'debug');
  if (value.toLowerCase() === 'debug') return good('priority', 'rules of every priority are loaded');
  return bad('priority', `priority is ${value}: the lineage rules, of priority debug, are not loaded`, 'set priority: debug');
}

function httpOutput(config: YamlMap): CheckRecord {
  const http = mapOf(config['http_output']);
  const url = typeof http['url'] === 'string' && URL.canParse(http['url']) ? new URL(http['url']) : undefined;
  const fix =
    'set http_output.enabled: true and http_output.url to the path of the falco-ingester, which has the cluster and the token in it';
  if (http['enabled'] !== true) return bad('http-output', 'http_output is not on', fix);
  if (!url || !/^https?:$/.test(url.protocol)) return bad('http-output', 'http_output.url is no http address', fix);
  // The token is in the path: only the origin may be shown.
  if (url.pathname === '/')
    return odd('http-output', `http_output.url at ${url.origin} has no path`, `${fix}; leave it when falcosidekick is in between`);
  return good('http-output', `events go to ${url.origin}`);
}

function fields(config: YamlMap, around: FalcoSurroundings): readonly CheckRecord[] {
  const sent = new Set([...appendedFields(config), ...(around.fieldsInOutputs ?? [])]);
  const without = (list: readonly string[]) => list.filter((field) => !sent.has(field));
  const [needed, useful] = [without(NEEDED_FIELDS), without(USEFUL_FIELDS)];
  const fix = 'add them to append_output: - match: {source: syscall}, extra_fields: […]';
  if (needed.length > 0) return [bad('fields', `fields that lineage needs are not sent: ${needed.join(', ')}`, fix)];
  if (useful.length > 0)
    return [
      odd(
        'fields',
        `fields that help are not sent: ${useful.join(', ')}`,
        `${fix}; with another prefix of the variables, proc.env[<prefix>SESSION]`,
      ),
    ];
  return [good('fields', 'the fields that lineage needs are sent')];
}

/** Fields that are added to every event of system calls. */
function appendedFields(config: YamlMap): readonly string[] {
  return listOf(config['append_output'])
    .map(mapOf)
    .filter(matchesAll)
    .flatMap((entry) => [
      ...(entry['suggested_output'] === true ? SUGGESTED : []),
      ...listOf(entry['extra_fields']).flatMap((field) => (typeof field === 'string' ? [field] : Object.keys(mapOf(field)))),
    ]);
}

function matchesAll(entry: YamlMap): boolean {
  const match = mapOf(entry['match']);
  const narrow = listOf(match['tags']).length > 0 || listOf(match['rule']).length > 0;
  return !narrow && (match['source'] === undefined || match['source'] === 'syscall');
}

function rulesFiles(config: YamlMap, { file, rulesFile }: FalcoSurroundings): CheckRecord {
  const listed = [...textsOf(config['rules_files']), ...textsOf(config['rules_file'])];
  const base = rulesFile?.split('/').at(-1);
  // A folder is listed as a whole, so what it holds cannot be told from here.
  const fits = (path: string) => (base === undefined ? /whoran|lineage/i.test(path) : path.split('/').at(-1) === base);
  const found = listed.find(fits) ?? listed.find((path) => /\.d\/?$/.test(path));
  if (found !== undefined) return good('rules-files', `${found} is listed in rules_files`);
  return bad(
    'rules-files',
    `${file} does not list ${base ?? 'a lineage rule file'} in rules_files`,
    'copy deploy/falco/whoran-rules.yaml to the node, and add it to rules_files',
  );
}

function word(value: unknown, fallback: string): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : fallback;
}
