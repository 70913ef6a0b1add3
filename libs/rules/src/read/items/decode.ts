import { type Context, within } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { parseBoolean, parseUint32 } from '../yaml/scalars.ts';
import { type YamlMap, type YamlNode, valueOf } from '../yaml/yaml-node.ts';

/** A map of a rule file, and where it stands. */
export interface Item {
  readonly map: YamlMap;
  readonly context: Context;
}

/** Ends an item whose form is wrong. */
export function refuse(message: string, context: Context): never {
  throw new Refusal('LOAD_ERR_YAML_VALIDATE', message, context);
}

/** Whether an item has a key, also with nothing behind it. */
export function has(item: Item, key: string): boolean {
  return valueOf(item.map, key) !== undefined;
}

/** The context of the value of a key that is known to be there. */
export function contextOf(item: Item, key: string, itemType: Parameters<typeof within>[1]): Context {
  return within(item.context, itemType, valueOf(item.map, key) ?? item.map);
}

/** The text of a key's scalar; numbers and booleans are text too. */
export function textOf(item: Item, key: string): string {
  return decode(item, key, (text) => text);
}

/** The same for a key that may be missing. */
export function optionalText(item: Item, key: string): string | undefined {
  return has(item, key) ? textOf(item, key) : undefined;
}

/** A boolean that must be there. */
export function flagOf(item: Item, key: string): boolean {
  return decode(item, key, parseBoolean);
}

/** A boolean that may be missing. */
export function optionalFlag(item: Item, key: string, fallback: boolean): boolean {
  return has(item, key) ? flagOf(item, key) : fallback;
}

/** A number of 32 bits without sign that must be there. */
export function countOf(item: Item, key: string): number {
  return decode(item, key, parseUint32);
}

function decode<T>(item: Item, key: string, parse: (text: string) => T | undefined): T {
  const node = valueOf(item.map, key);
  if (node === undefined) refuse(`Item has no mapping for key '${key}'`, item.context);
  if (node.type === 'null') refuse(`Mapping for key '${key}' is empty`, item.context);
  const context = within(item.context, 'value for', node, key);
  if (node.type !== 'scalar') refuse('Value is not a scalar value', context);
  if (node.text === '') refuse('Value must be non-empty', context);
  const value = parse(node.text);
  if (value === undefined) refuse("Can't decode YAML scalar value", context);
  return value;
}

/** The scalars of a sequence that must be there. */
export function textsOf(item: Item, key: string): readonly string[] {
  const node = valueOf(item.map, key);
  if (node === undefined) refuse(`Item has no mapping for key '${key}'`, item.context);
  const context = within(item.context, 'value for', node, key);
  if (node.type !== 'sequence') refuse('Value is not a sequence', context);
  return node.items.map((member) => memberText(member, context));
}

function memberText(member: YamlNode, parent: Context): string {
  if (member.type !== 'scalar') refuse('sequence value is not scalar', within(parent, 'list item', member));
  return member.text;
}

/** The tags of an item, sorted, each once. */
export function tagsOf(item: Item): readonly string[] {
  return has(item, 'tags') ? [...new Set(textsOf(item, 'tags'))].toSorted() : [];
}
