import { type Result, err, ok, printIssue } from '@whoran/kernel';
import { type LoadResult, alertRenderer, loadRules, parsePriority, selectRules } from '@whoran/rules';
import type { SettingsFiles } from '../files/settings-files.ts';
import { printLoadIssue } from './print-load-issue.ts';
import { readRuleFiles } from './rule-files.ts';
import { RuleSet } from './rule-set.ts';
import { type RuleSettings, readRuleSettings } from './rule-settings.ts';
import { SOURCES } from './rule-sources.ts';

/** The rule sets of all clusters. */
export interface RuleBook {
  /** The set of the clusters that have none of their own. */
  readonly others: RuleSet;
  readonly clusters: ReadonlyMap<string, RuleSet>;
}

/** What a rule book is made from. */
export interface RuleBookSettings {
  /** The file of rules settings; empty for none. */
  readonly path: string;
  /** What holds where that file says nothing. */
  readonly defaults: RuleSettings;
}

/** What a load that succeeded has to say. */
export interface LoadedBook {
  readonly book: RuleBook;
  readonly warnings: readonly string[];
}

/** Reads settings and rule files and makes the rule sets. The error has every problem, one line each. */
export function loadRuleBook({ path, defaults }: RuleBookSettings, files: SettingsFiles): Result<LoadedBook, readonly string[]> {
  const text = path === '' ? ok('') : files.read(path);
  if (!text.ok) return err([`WHORAN_ROUTER_RULES_SETTINGS_FILE: ${text.error}`]);
  const settings = readRuleSettings(text.value, defaults);
  if (!settings.ok) return err(settings.error.map((issue) => `${path}: ${printIssue(issue)}`));
  const { others, clusters } = settings.value;
  const loader = new Loader(files);
  const book = {
    others: loader.setOf(others),
    clusters: new Map([...clusters].map(([cluster, own]) => [cluster, loader.setOf(own)])),
  };
  return loader.errors.size > 0 ? err([...loader.errors]) : ok({ book, warnings: [...loader.warnings] });
}

/** Clusters mostly have the same files: each list of them is loaded once, and its problems are told once. */
class Loader {
  readonly errors = new Set<string>();
  readonly warnings = new Set<string>();
  private readonly loaded = new Map<string, LoadResult>();

  constructor(private readonly files: SettingsFiles) {}

  setOf(settings: RuleSettings): RuleSet {
    const { rules, ok: isUsable } = this.load(settings);
    if (!isUsable) return new RuleSet([], settings);
    const on = selectRules(rules, settings.selections, parsePriority(settings.minPriority));
    const ready = on.flatMap((rule) => {
      const source = SOURCES.find(({ name }) => name === rule.source);
      const render = source && alertRenderer(rule, source.catalog, { isoTime: true });
      return render?.ok ? [{ rule, render: render.value }] : [];
    });
    return new RuleSet(ready, settings);
  }

  private load({ files: paths, appendOutput }: RuleSettings): LoadResult {
    const key = JSON.stringify([paths, appendOutput]);
    const known = this.loaded.get(key);
    if (known) return known;
    const { ruleFiles, shipped, issues } = readRuleFiles(paths, this.files);
    for (const issue of issues) this.errors.add(`rule files: ${printIssue(issue)}`);
    const result = loadRules(ruleFiles, { sources: SOURCES, appendOutput });
    for (const issue of result.files.flatMap((file) => file.issues)) {
      // What others override in shipped files is unused there, and that is how it is meant.
      if (issue.code.startsWith('LOAD_UNUSED_') && shipped.has(issue.locations[0]?.file ?? '')) continue;
      (issue.severity === 'error' ? this.errors : this.warnings).add(printLoadIssue(issue));
    }
    this.loaded.set(key, result);
    return result;
  }
}
