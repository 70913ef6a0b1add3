import type { FieldCatalog } from '../fields/field.ts';
import type { Context } from '../read/context.ts';
import type { Definition, EngineVersionNeeded, ListItem, MacroItem, PluginVersion, PluginsNeeded } from '../read/definitions.ts';
import { Refusal, type Warn } from '../read/refusal.ts';
import type { CollectedRule } from './collected-rule.ts';
import { appendToRule, defineRule, replaceInRule, switchRule } from './collect-rule.ts';
import { type Version, compareVersions, isCompatible, parseVersion, printVersion } from './version.ts';

/** When a list, macro or rule was first defined and last changed, in the order of all items of all files. */
export interface Visibility {
  readonly first: number;
  readonly last: number;
}

/** A list as all files so far leave it. */
export interface CollectedList extends Visibility {
  readonly name: string;
  readonly items: string[];
  readonly context: Context;
}

/** A macro as all files so far leave it. */
export interface CollectedMacro extends Visibility {
  readonly name: string;
  readonly condition: string;
  readonly context: Context;
  readonly conditionContext: Context;
}

/** Everything that the files so far define, in the order of the first definitions. */
export interface Collection {
  readonly lists: Map<string, CollectedList>;
  readonly macros: Map<string, CollectedMacro>;
  readonly rules: Map<string, CollectedRule>;
  readonly plugins: (readonly PluginVersion[])[];
  /** The newest that a file needs; 0.0.0 if none says. */
  needsEngine: Version;
  /** The number of the next item. */
  next: number;
}

/** What definitions are held against. */
export interface Collecting {
  readonly engineVersion: Version;
  readonly sources: ReadonlyMap<string, FieldCatalog>;
  readonly warn: Warn;
}

/** Nothing defined yet. */
export function emptyCollection(): Collection {
  const none = { major: 0, minor: 0, patch: 0 };
  return { lists: new Map(), macros: new Map(), rules: new Map(), plugins: [], needsEngine: none, next: 0 };
}

/** Adds a definition. A name that is there already keeps its place. Throws Refusal for what does not fit to what is there. */
export function collect(collection: Collection, definition: Definition, collecting: Collecting): void {
  switch (definition.kind) {
    case 'engine-version':
      return needEngine(collection, definition, collecting.engineVersion);
    case 'plugins':
      return needPlugins(collection, definition);
    case 'list':
      return definition.append ? appendToList(collection, definition) : defineList(collection, definition);
    case 'macro':
      return definition.append ? appendToMacro(collection, definition) : defineMacro(collection, definition);
    case 'rule':
      return defineRule(collection, definition, collecting);
    case 'rule-append':
      return appendToRule(collection, definition, collecting);
    case 'rule-replace':
      return replaceInRule(collection, definition);
    case 'rule-switch':
      return switchRule(collection, definition);
  }
}

/** Ends an item that does not fit to what is there. */
export function refuse(message: string, context: Context): never {
  throw new Refusal('LOAD_ERR_VALIDATE', message, context);
}

/** The place of a definition of a name: the first one's, or the next. */
export function placeOf(collection: Collection, previous: Visibility | undefined): Visibility {
  const last = collection.next++;
  return { first: previous?.first ?? last, last };
}

function needEngine(collection: Collection, { version, context }: EngineVersionNeeded, engine: Version): void {
  if (!isCompatible(engine, version)) {
    refuse(`Rules require engine version ${printVersion(version)}, but engine version is ${printVersion(engine)}`, context);
  }
  if (compareVersions(collection.needsEngine, version) < 0) collection.needsEngine = version;
}

function needPlugins(collection: Collection, { alternatives, context }: PluginsNeeded): void {
  const names = new Set<string>();
  for (const { name, version } of alternatives) {
    if (parseVersion(version) === undefined) refuse(`Invalid required version '${version}' for plugin '${name}'`, context);
    if (names.has(name)) refuse(`Defined multiple alternative version requirements for plugin '${name}'`, context);
    names.add(name);
  }
  collection.plugins.push(alternatives);
}

function defineList(collection: Collection, { name, items, context }: ListItem): void {
  const place = placeOf(collection, collection.lists.get(name));
  collection.lists.set(name, { name, items: [...items], context, ...place });
}

function appendToList(collection: Collection, { name, items, context }: ListItem): void {
  const previous = collection.lists.get(name);
  if (previous === undefined) refuse("List uses 'append' or 'override.items: append' but no list by that name already exists", context);
  for (const item of items) previous.items.push(item);
  collection.lists.set(name, { ...previous, ...placeOf(collection, previous) });
}

function defineMacro(collection: Collection, { name, condition, context, conditionContext }: MacroItem): void {
  const place = placeOf(collection, collection.macros.get(name));
  collection.macros.set(name, { name, condition, context, conditionContext, ...place });
}

function appendToMacro(collection: Collection, { name, condition, context }: MacroItem): void {
  const previous = collection.macros.get(name);
  if (previous === undefined) {
    refuse("Macro uses 'append' or 'override.condition: append' but no macro by that name already exists", context);
  }
  const whole = `${previous.condition} ${condition}`;
  collection.macros.set(name, { ...previous, condition: whole, ...placeOf(collection, previous) });
}
