import { type Context, within } from '../context.ts';
import { type Item, optionalFlag, refuse } from './decode.ts';
import { messages } from './messages.ts';
import { Refusal, type Warn } from '../refusal.ts';
import { printYamlError } from '../yaml/yaml-errors.ts';
import { type YamlEntry, type YamlNode, valueOf } from '../yaml/yaml-node.ts';

/** Which keys of an item are appended to those of an earlier one, and which replace them. */
export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

/** Which keys may be appended to and replaced. */
export type Overridable = Overrides;

/** How an item changes an earlier one of its name: `override`, or the older `append: true`, never both. */
export interface Update extends Overrides {
  readonly appendFlag: boolean;
}

/** Reads both ways to change an earlier item; warns of the older one. */
export function readUpdate(item: Item, overridable: Overridable, warn: Warn): Update {
  const appendFlag = optionalFlag(item, 'append', false);
  if (appendFlag) warn({ code: 'LOAD_DEPRECATED_ITEM', message: messages.appendDeprecated, context: item.context });
  const overrides = readOverrides(item, overridable);
  if (appendFlag && overrides.append.size + overrides.replace.size > 0) refuse(messages.overrideAndAppend, item.context);
  return { ...overrides, appendFlag };
}

/** An `override` that is null, empty or a scalar says nothing. */
function readOverrides(item: Item, overridable: Overridable): Overrides {
  const append = new Set<string>();
  const replace = new Set<string>();
  const node = valueOf(item.map, 'override');
  if (node?.type === 'sequence' && node.items.length > 0) throw new Refusal('LOAD_ERR_VALIDATE', NOT_A_MAP, fileOf(item.context));
  const entries = node?.type === 'map' ? node.entries : [];
  const context = within(item.context, 'overrides', item.map);
  for (const entry of entries) {
    const key = wordOf(entry.key, context);
    const operation = wordOf(entry.value, context);
    const keyContext = within(context, 'overrides', entry.key, key);
    if (operation === 'append') {
      if (!overridable.append.has(key)) refuse(`Key '${key}' cannot be appended to, use 'replace' instead`, keyContext);
      append.add(key);
    } else if (operation === 'replace') {
      if (!overridable.replace.has(key)) refuse(`Key '${key}' cannot be replaced`, keyContext);
      replace.add(key);
    } else refuseOperation({ entry, key, operation }, overridable, context);
  }
  return { append, replace };
}

interface Operation {
  readonly entry: YamlEntry;
  readonly key: string;
  readonly operation: string;
}

function refuseOperation({ entry, key, operation }: Operation, overridable: Overridable, context: Context): never {
  const append = overridable.append.has(key) ? 'append ' : '';
  const replace = overridable.replace.has(key) ? 'replace ' : '';
  const message = `Invalid override operation for key '${key}': '${operation}'. Allowed values are: ${append}${replace}`;
  return refuse(message, within(context, 'value for', entry.value, key));
}

const NOT_A_MAP = 'invalid node; this may result from using a map iterator as a sequence iterator, or vice-versa';

function wordOf(node: YamlNode, context: Context): string {
  if (node.type === 'null') return 'null';
  if (node.type === 'scalar') return node.text;
  throw new Refusal('LOAD_ERR_VALIDATE', printYamlError({ message: 'bad conversion', mark: node.mark }), fileOf(context));
}

function fileOf(context: Context): Context {
  return { locations: [context.locations[0]] };
}
