import type { Priority } from '../rule.ts';
import type { Context } from './context.ts';
import type { Version } from '../collect/version.ts';

/** What an item of a rule file asks for. */
export type Definition = EngineVersionNeeded | PluginsNeeded | ListItem | MacroItem | RuleItem | RuleAppend | RuleReplace | RuleSwitch;

/** `required_engine_version`. */
export interface EngineVersionNeeded {
  readonly kind: 'engine-version';
  readonly version: Version;
  readonly context: Context;
}

/** One entry of `required_plugin_versions`: one of these plugins must be there. */
export interface PluginsNeeded {
  readonly kind: 'plugins';
  readonly alternatives: readonly PluginVersion[];
  readonly context: Context;
}

/** A plugin, with the version that is needed or there. */
export interface PluginVersion {
  readonly name: string;
  readonly version: string;
}

/** A list, or more items of one. */
export interface ListItem {
  readonly kind: 'list';
  readonly name: string;
  readonly items: readonly string[];
  readonly append: boolean;
  readonly context: Context;
}

/** A macro, or more of its condition. */
export interface MacroItem {
  readonly kind: 'macro';
  readonly name: string;
  readonly condition: string;
  readonly append: boolean;
  readonly context: Context;
  readonly conditionContext: Context;
}

/** What a rule has that an override may replace. */
export interface RuleParts {
  readonly condition: string;
  readonly output: string;
  readonly description: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly exceptions: readonly ExceptionItem[];
  readonly enabled: boolean;
  readonly warnEventTypes: boolean;
  readonly skipIfUnknownFilter: boolean;
  readonly capture: boolean;
  /** Milliseconds. */
  readonly captureDuration: number;
}

/** A whole rule. */
export interface RuleItem extends RuleParts {
  readonly kind: 'rule';
  readonly name: string;
  readonly source: string;
  readonly context: Context;
  readonly conditionContext: Context;
  readonly outputContext: Context;
}

/** More of a rule that is there. */
export interface RuleAppend extends Partial<Pick<RuleParts, 'condition' | 'output' | 'description' | 'tags' | 'exceptions'>> {
  readonly kind: 'rule-append';
  readonly name: string;
  /** Where the item says one. */
  readonly source?: string;
  readonly context: Context;
}

/** Parts in place of those that a rule has. */
export interface RuleReplace extends Partial<RuleParts> {
  readonly kind: 'rule-replace';
  readonly name: string;
  /** Where the item says one. */
  readonly source?: string;
  readonly context: Context;
}

/** A rule that is switched on or off by an item with nothing else. */
export interface RuleSwitch {
  readonly kind: 'rule-switch';
  readonly name: string;
  readonly enabled: boolean;
  readonly context: Context;
}

/** One exception of a rule as written; `fields` and `comps` are missing where the file has none. */
export interface ExceptionItem {
  readonly name: string;
  readonly fields?: ExceptionEntry;
  readonly comps?: ExceptionEntry;
  readonly values: readonly ExceptionEntry[];
  readonly context: Context;
}

/** A scalar or a sequence in an exception; what is neither is the empty scalar. */
export type ExceptionEntry =
  { readonly list: false; readonly text: string } | { readonly list: true; readonly items: readonly ExceptionEntry[] };
