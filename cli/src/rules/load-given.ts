import {
  type DefinitionPlace,
  type EventSource,
  type LoadIssue,
  type LoadResult,
  auditFields,
  definitionsIn,
  loadRules,
  syscallFields,
} from '@whoran/rules';
import { EXIT, Failure } from '../failure.ts';
import { type GivenFiles, SHIPPED, readRuleFiles } from './rule-files.ts';
import { type RuleSettings, readRuleSettings } from './rule-settings.ts';

/** Options that say which rules there are. */
export interface RuleOptions {
  readonly rules?: readonly string[];
  readonly settings?: string;
  readonly cluster?: string;
}

/** Rule files as they were loaded. */
export interface LoadedGiven extends GivenFiles {
  readonly result: LoadResult;
  readonly settings: RuleSettings;
  readonly sources: readonly EventSource[];
  /** In the order of loading. */
  readonly places: readonly DefinitionPlace[];
  /** What is worth telling: that shipped lists and macros are unused where somebody replaced them is not. */
  readonly issues: readonly LoadIssue[];
}

/**
 * Loads the files that are named, or else those of the settings, or else those that come with whoran. `sent` are the keys that Falco is
 * known to send. Throws Failure for what cannot be read; problems of rules are in the result.
 */
export function loadGiven(options: RuleOptions, sent?: ReadonlySet<string>): LoadedGiven {
  const settings = readRuleSettings(options.settings, options.cluster);
  const named = options.rules ?? [];
  const given = readRuleFiles(named.length > 0 ? named : (settings.files ?? [SHIPPED]));
  const sources: readonly EventSource[] = [
    { name: 'syscall', catalog: syscallFields(sent === undefined ? {} : { sent }), ...(sent === undefined ? {} : { sent }) },
    { name: 'k8s_audit', catalog: auditFields() },
  ];
  const result = loadRules(given.files, {
    sources,
    ...(settings.appendOutput === undefined ? {} : { appendOutput: settings.appendOutput }),
  });
  const issues = result.files
    .flatMap((file) => file.issues)
    .filter(({ code, locations }) => !code.startsWith('LOAD_UNUSED_') || !given.shipped.has(locations[0]?.file ?? ''));
  return { ...given, result, settings, sources, places: definitionsIn(given.files), issues };
}

/** As loadGiven, for commands that need rules without errors. Throws Failure that says how to see them. */
export function loadFaultless(options: RuleOptions, sent?: ReadonlySet<string>): LoadedGiven {
  const loaded = loadGiven(options, sent);
  if (loaded.result.ok) return loaded;
  const errors = loaded.issues.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const where = first?.locations[0]?.file ?? 'the rule files';
  throw new Failure(
    `the rules have ${errors.length === 1 ? 'an error' : `${errors.length} errors`}, the first in ${where}: ${first?.message ?? ''}. whoran rules check shows all`,
    { status: EXIT.failed },
  );
}
