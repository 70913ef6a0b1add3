import { type Context, within } from '../context.ts';
import { type Item, refuse, textOf } from './decode.ts';
import type { EngineVersionNeeded, PluginVersion, PluginsNeeded } from '../definitions.ts';
import { parseUint32 } from '../yaml/scalars.ts';
import { parseVersion } from '../../collect/version.ts';
import { type YamlNode, valueOf } from '../yaml/yaml-node.ts';

/** `required_engine_version`: a number n means 0.n.0. */
export function readEngineVersion(item: Item): EngineVersionNeeded {
  const text = textOf(item, 'required_engine_version');
  const minor = parseUint32(text);
  const version = minor === undefined ? parseVersion(text) : { major: 0, minor, patch: 0 };
  if (version === undefined) {
    refuse(`Unable to parse engine version '${text}' as a semver string. Expected "x.y.z" semver format.`, item.context);
  }
  return { kind: 'engine-version', version, context: item.context };
}

/** The entries of `required_plugin_versions`, each given out before the next is read. */
export function* readPlugins(node: YamlNode, parent: Context): Generator<PluginsNeeded, void> {
  const context = within(parent, 'required plugin versions', node);
  if (node.type !== 'sequence') refuse('Value of required_plugin_versions must be a sequence', context);
  for (const entry of node.items) yield readPlugin(entry, context);
}

function readPlugin(entry: YamlNode, parent: Context): PluginsNeeded {
  const unnamed = within(parent, 'required plugin versions entry', entry);
  if (entry.type !== 'map') refuse('Plugin version must be a mapping', unnamed);
  const name = textOf({ map: entry, context: unnamed }, 'name');
  const item: Item = { map: entry, context: within(parent, 'required plugin versions entry', entry, name) };
  const version = textOf(item, 'version');
  const alternatives = valueOf(entry, 'alternatives');
  if (alternatives === undefined) return { kind: 'plugins', alternatives: [{ name, version }], context: item.context };
  if (alternatives.type !== 'sequence') refuse('Value of plugin version alternatives must be a sequence', item.context);
  const others = alternatives.items.map((other) => readAlternative(other, item.context));
  return { kind: 'plugins', alternatives: [{ name, version }, ...others], context: item.context };
}

function readAlternative(node: YamlNode, parent: Context): PluginVersion {
  const unnamed = within(parent, 'required plugin versions alternative', node);
  if (node.type !== 'map') refuse('Plugin version alternative must be a mapping', unnamed);
  const name = textOf({ map: node, context: unnamed }, 'name');
  const context = within(parent, 'required plugin versions alternative', node, name);
  return { name, version: textOf({ map: node, context }, 'version') };
}
