import { type Result, err, ok } from '@whoran/kernel';
import {
  type AppendOutput,
  type Priority,
  type RuleMatching,
  type RuleSelection,
  parseAppendOutput,
  parsePriority,
  parseSelection,
} from '@whoran/rules';
import { type YamlMap, mapOf, readYamlFile } from '../checks/read-yaml.ts';
import { EXIT, Failure } from '../failure.ts';

/** What a settings file says about rules; what it does not say is not there. */
export interface RuleSettings {
  readonly files?: readonly string[];
  readonly selections: readonly RuleSelection[];
  readonly minPriority?: Priority;
  readonly matching?: RuleMatching;
  readonly appendOutput?: readonly AppendOutput[];
}

/**
 * Reads the rules settings of the alert-router, or a falco.yaml: other keys are left alone. What the section of the cluster says comes
 * on top. Throws Failure.
 */
export function readRuleSettings(path: string | undefined, cluster: string | undefined): RuleSettings {
  if (path === undefined) {
    if (cluster !== undefined) throw usage('--cluster needs --settings: the file says what is different for the cluster');
    return { selections: [] };
  }
  const documents = readYamlFile(path);
  if (!documents.ok) throw usage(`cannot read the settings: ${documents.error}`);
  const whole = mapOf(documents.value[0]);
  const settings = sectionOf(whole, { selections: [] });
  const own = cluster === undefined ? settings : clusterOf(whole, cluster, settings);
  if (!own.ok) throw usage(`${path}: ${own.error}`);
  return own.value;
}

function clusterOf(whole: YamlMap, cluster: string, common: Result<RuleSettings, string>): Result<RuleSettings, string> {
  const clusters = mapOf(whole['clusters']);
  if (!common.ok || !Object.hasOwn(clusters, cluster)) return common;
  const own = sectionOf(mapOf(clusters[cluster]), common.value);
  return own.ok ? own : err(`clusters.${cluster}.${own.error}`);
}

function sectionOf(section: YamlMap, base: RuleSettings): Result<RuleSettings, string> {
  const { rules_files: files, rules = [], priority, rule_matching: matching, append_output: additions } = section;
  if (!Array.isArray(rules)) return err('rules: must be a list');
  const selections = parseSelection(rules);
  if (!selections.ok) return selections;
  const minPriority = typeof priority === 'string' ? parsePriority(priority) : undefined;
  if (priority !== undefined && minPriority === undefined) return err('priority: must be a word such as notice');
  if (!isMatching(matching)) return err('rule_matching: must be first or all');
  if (files !== undefined && !isTexts(files)) return err('rules_files: must be a list of files and folders');
  const appendOutput = additionsOf(additions);
  if (!appendOutput.ok) return appendOutput;
  const said = { files, minPriority, matching, appendOutput: appendOutput.value };
  return ok({ ...base, selections: [...base.selections, ...selections.value], ...present(said) });
}

type Said = Partial<Omit<RuleSettings, 'selections'>>;

function present(said: { readonly [K in keyof Said]: Said[K] | undefined }): Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function isMatching(value: unknown): value is RuleMatching | undefined {
  return value === undefined || value === 'first' || value === 'all';
}

function additionsOf(additions: unknown): Result<readonly AppendOutput[] | undefined, string> {
  if (additions === undefined) return ok(undefined);
  return Array.isArray(additions) ? parseAppendOutput(additions) : err('append_output: must be a list');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function usage(message: string): Failure {
  return new Failure(message, { status: EXIT.usage });
}
