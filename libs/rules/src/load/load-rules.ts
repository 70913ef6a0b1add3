import { type Collection, collect, emptyCollection } from '../collect/collection.ts';
import { parseVersion } from '../collect/version.ts';
import type { FieldCatalog } from '../fields/field.ts';
import { contextOfFile } from '../read/context.ts';
import type { PluginVersion } from '../read/definitions.ts';
import { type RuleFile, itemsOfFile } from '../read/read-file.ts';
import { nameOfItem, readItem } from '../read/items/read-item.ts';
import { Refusal } from '../read/refusal.ts';
import type { YamlNode } from '../read/yaml/yaml-node.ts';
import type { AppendOutput } from './append-output.ts';
import { type Compilation, attempt } from './compile/compilation.ts';
import { type Compiled, compile } from './compile/compile.ts';
import { Findings } from './findings.ts';
import type { LoadResult, LoadedFile } from './load-result.ts';
import { pluginProblem } from './plugins.ts';

/** The engine version that rule files may ask for. */
export const ENGINE_VERSION = '0.63.0';

/** A kind of events that rules may be about, and its fields. */
export interface EventSource {
  readonly name: string;
  readonly catalog: FieldCatalog;
  /** The keys of `output_fields` that Falco is known to send: rules that need others are warned of. Nothing is said if not given. */
  readonly sent?: ReadonlySet<string>;
}

/** What rule files are loaded for. */
export interface LoadOptions {
  readonly sources: readonly EventSource[];
  /** ENGINE_VERSION if not given. */
  readonly engineVersion?: string;
  /** Checked against `required_plugin_versions`; nothing is checked if not given. */
  readonly plugins?: readonly PluginVersion[];
  readonly appendOutput?: readonly AppendOutput[];
  /**
   * `all` (as if not given) goes on behind every error, one for each item, and says everything once. `first` is Falco's way: it stops at
   * the first error, and repeats warnings for every file. The first error is the same.
   */
  readonly issues?: 'all' | 'first';
}

/**
 * Loads rule files, in this order, as Falco does: each is added to those before, then everything is compiled. Never throws; takes
 * bounded time and memory whatever is in the files.
 */
export function loadRules(files: readonly RuleFile[], options: LoadOptions): LoadResult {
  const stopAtFirst = options.issues === 'first';
  const findings = new Findings(stopAtFirst);
  const collection = emptyCollection();
  const load: Load = { collection, compilation: compilationOf(options, findings), options };
  const results: LoadedFile[] = [];
  let compiled: Compiled = { rules: [], macros: [], lists: [], requiredEngineVersion: '0.0.0', requiredPlugins: [] };
  for (const file of files) {
    findings.begin(file, file === files.at(-1));
    compiled = addFile(load, file) ?? compiled;
    const issues = findings.issues();
    const isOk = issues.every(({ severity }) => severity === 'warning');
    results.push({ name: file.name, ok: isOk, issues });
    if (stopAtFirst && !isOk) break;
  }
  const problem = options.plugins === undefined ? undefined : pluginProblem(compiled.requiredPlugins, options.plugins);
  const ok = results.every((result) => result.ok) && problem === undefined;
  return { ok, files: results, ...compiled, ...(problem === undefined ? {} : { pluginProblem: problem }) };
}

interface Load {
  readonly collection: Collection;
  readonly compilation: Compilation;
  readonly options: LoadOptions;
}

function compilationOf(options: LoadOptions, findings: Findings): Compilation {
  return {
    sources: new Map(options.sources.map(({ name, catalog }) => [name, catalog])),
    sent: new Map(options.sources.flatMap(({ name, sent }) => (sent === undefined ? [] : [[name, sent]]))),
    appendOutput: options.appendOutput ?? [],
    report: (finding) => findings.add(finding),
    hasErrors: () => findings.hasErrors,
    stopAtFirst: options.issues === 'first',
    brokenMacros: new Set(),
    parsed: new Map(),
    checked: new Map(),
  };
}

/** Nothing is compiled when Falco's way is asked for and the file cannot be read. */
function addFile(load: Load, file: RuleFile): Compiled | undefined {
  const { collection, compilation } = load;
  try {
    collectFile(load, file);
    return compile(compilation, collection);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    compilation.report(error.finding);
    return undefined;
  }
}

function collectFile({ collection, compilation, options }: Load, file: RuleFile): void {
  const { items, refusal } = itemsOfFile(file);
  const engineVersion = parseVersion(options.engineVersion ?? ENGINE_VERSION) ?? { major: 0, minor: 0, patch: 0 };
  const collecting = { engineVersion, sources: compilation.sources, warn: compilation.report };
  for (const node of items) {
    const done = attempt(compilation, () => {
      for (const definition of readItem(node, contextOfFile(file.name), compilation.report)) collect(collection, definition, collecting);
      return true;
    });
    if (done === undefined) rememberBroken(node, compilation);
  }
  if (refusal !== undefined) throw refusal;
}

function rememberBroken(node: YamlNode, compilation: Compilation): void {
  const item = nameOfItem(node);
  if (item?.kind === 'macro') compilation.brokenMacros.add(item.name);
}
