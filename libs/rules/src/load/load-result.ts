import type { Condition } from '../condition/ast.ts';
import type { PluginVersion } from '../read/definitions.ts';
import type { LoadIssue } from '../issues.ts';
import type { Rule } from '../rule.ts';

/** What loading rule files came to. */
export interface LoadResult {
  /** Whether there is no error; with one, the rules are for looking at, not for use. */
  readonly ok: boolean;
  /** In the order given. */
  readonly files: readonly LoadedFile[];
  /** Rules that can be evaluated, in the order of their first definitions, the disabled ones too. */
  readonly rules: readonly LoadedRule[];
  readonly macros: readonly LoadedMacro[];
  readonly lists: readonly LoadedList[];
  /** The newest engine version that a file needs, `0.0.0` if none says. */
  readonly requiredEngineVersion: string;
  /** For each requirement, the plugins of which one must be there. */
  readonly requiredPlugins: readonly (readonly PluginVersion[])[];
  /** Why the plugins that are there do not suffice; `ok` is false then. Never set if no plugins were given. */
  readonly pluginProblem?: string;
}

/** One file, with what was found when it was added to those before it. */
export interface LoadedFile {
  readonly name: string;
  readonly ok: boolean;
  readonly issues: readonly LoadIssue[];
}

/** A rule, with what is told of it besides what evaluation needs. */
export interface LoadedRule extends Rule {
  /** The output as written, without what append_output added. */
  readonly outputText: string;
  readonly exceptions: readonly LoadedException[];
  /** Whether and for how many milliseconds Falco is to record system calls; nothing here does. */
  readonly capture: { readonly enabled: boolean; readonly duration: number };
}

/** What an exception compares; its values are in the condition. */
export interface LoadedException {
  readonly name: string;
  readonly fields: readonly string[];
  readonly operators: readonly string[];
  /** How many there are; with none, it excepts nothing. */
  readonly values: number;
}

/** A macro after loading. */
export interface LoadedMacro {
  readonly name: string;
  /** As written, after appends. */
  readonly conditionText: string;
  /** Resolved: no identifiers. */
  readonly condition: Condition;
  readonly used: boolean;
}

/** A list after loading. */
export interface LoadedList {
  readonly name: string;
  /** With the lists in it put in, one level deep. */
  readonly items: readonly string[];
  readonly references: readonly string[];
  readonly used: boolean;
}
