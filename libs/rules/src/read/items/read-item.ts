import { type Context, type ItemType, within } from '../context.ts';
import { type Item, contextOf, refuse, textOf, textsOf } from './decode.ts';
import type { Definition, ListItem, MacroItem } from '../definitions.ts';
import { type Overridable, readUpdate } from './read-overrides.ts';
import { readEngineVersion, readPlugins } from './read-requirements.ts';
import { RULE_KEYS, readRule } from './read-rule.ts';
import type { Warn } from '../refusal.ts';
import { type YamlMap, type YamlNode, valueOf } from '../yaml/yaml-node.ts';

/** Names that conditions can mention. */
const LIST_NAME = String.raw`([^()"'[:space:]=,]+)`;
const MACRO_NAME = '([a-zA-Z]+[a-zA-Z0-9_]*)';
const isListName = (name: string): boolean => /^[^()"' \t\n\r\f\v=,]+$/.test(name);
const isMacroName = (name: string): boolean => /^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name);

const LIST_KEYS: ReadonlySet<string> = new Set(['list', 'items', 'append', 'override']);
const MACRO_KEYS: ReadonlySet<string> = new Set(['macro', 'condition', 'append', 'override']);
const ITEMS: Overridable = { append: new Set(['items']), replace: new Set(['items']) };
const CONDITION: Overridable = { append: new Set(['condition']), replace: new Set(['condition']) };

/** What one item of a rule file asks for. Throws Refusal at the first thing that is wrong with it. */
export function* readItem(node: YamlNode, parent: Context, warn: Warn): Generator<Definition, void> {
  if (node.type !== 'map') {
    refuse('Unexpected element type. Each element should be a yaml associative array.', within(parent, 'rules content item', node));
  }
  const plugins = valueOf(node, 'required_plugin_versions');
  if (valueOf(node, 'required_engine_version') !== undefined) {
    yield readEngineVersion({ map: node, context: within(parent, 'required_engine_version', node) });
  } else if (plugins !== undefined) yield* readPlugins(plugins, parent);
  else if (valueOf(node, 'list') !== undefined) {
    const { name, item } = named(node, 'list', parent);
    yield readList(item, name, warn);
    warnOfKeys(item, LIST_KEYS, warn);
  } else if (valueOf(node, 'macro') !== undefined) {
    const { name, item } = named(node, 'macro', parent);
    yield readMacro(item, name, warn);
    warnOfKeys(item, MACRO_KEYS, warn);
  } else if (valueOf(node, 'rule') !== undefined) {
    const { name, item } = named(node, 'rule', parent);
    yield* readRule(item, name, warn);
    warnOfKeys(item, RULE_KEYS, warn);
  } else warn({ code: 'LOAD_UNKNOWN_ITEM', message: 'Unknown top level item', context: within(parent, 'rules content item', node) });
}

/** The kind and the name of an item, for what does not need more of it. */
export function nameOfItem(node: YamlNode): { readonly kind: 'list' | 'macro' | 'rule'; readonly name: string } | undefined {
  if (node.type !== 'map') return undefined;
  for (const kind of ['list', 'macro', 'rule'] as const) {
    const name = valueOf(node, kind);
    if (name !== undefined) return name.type === 'scalar' ? { kind, name: name.text } : undefined;
  }
  return undefined;
}

interface Named {
  readonly name: string;
  readonly item: Item;
}

function named(map: YamlMap, kind: ItemType & ('list' | 'macro' | 'rule'), parent: Context): Named {
  const name = textOf({ map, context: within(parent, kind, map) }, kind);
  return { name, item: { map, context: within(parent, kind, map, name) } };
}

function warnOfKeys(item: Item, known: ReadonlySet<string>, warn: Warn): void {
  for (const { key } of item.map.entries) {
    if (key.type !== 'scalar' || known.has(key.text)) continue;
    warn({ code: 'LOAD_UNKNOWN_KEY', message: `Unknown key '${key.text}'. The key will be ignored.`, context: item.context });
  }
}

function readList(item: Item, name: string, warn: Warn): ListItem {
  if (!isListName(name)) {
    const message = `List has an invalid name. List names should match a regular expression: ${LIST_NAME}`;
    warn({ code: 'LOAD_INVALID_LIST_NAME', message, context: item.context });
  }
  const items = textsOf(item, 'items');
  const update = readUpdate(item, ITEMS, warn);
  return { kind: 'list', name, items, append: update.appendFlag || update.append.has('items'), context: item.context };
}

function readMacro(item: Item, name: string, warn: Warn): MacroItem {
  if (!isMacroName(name)) {
    const message = `Macro has an invalid name. Macro names should match a regular expression: ${MACRO_NAME}`;
    warn({ code: 'LOAD_INVALID_MACRO_NAME', message, context: item.context });
  }
  const condition = textOf(item, 'condition');
  const conditionContext = contextOf(item, 'condition', 'macro condition');
  const update = readUpdate(item, CONDITION, warn);
  const append = update.appendFlag || update.append.has('condition');
  return { kind: 'macro', name, condition, append, context: item.context, conditionContext };
}
