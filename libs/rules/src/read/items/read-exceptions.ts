import { type Context, within } from '../context.ts';
import { type Item, refuse, textOf } from './decode.ts';
import type { ExceptionEntry, ExceptionItem } from '../definitions.ts';
import { MAX_EXCEPTION_VALUES } from '../limits.ts';
import type { Warn } from '../refusal.ts';
import { type YamlMap, type YamlNode, valueOf } from '../yaml/yaml-node.ts';

/** The exceptions of a rule item. When they are appended, their fields may be missing and missing values are warned of. */
export function readExceptions(item: Item, append: boolean, warn: Warn): readonly ExceptionItem[] {
  const node = valueOf(item.map, 'exceptions');
  if (node === undefined || node.type === 'null') return [];
  const context = within(item.context, 'exceptions', node);
  if (node.type !== 'sequence') refuse('Rule exceptions must be a sequence', context);
  const exceptions: ExceptionItem[] = [];
  const budget = { left: MAX_EXCEPTION_VALUES };
  for (const member of node.items) {
    const { map, name } = nameOf(member, context);
    const own: Item = { map, context: within(item.context, 'exception', map, name) };
    for (const earlier of exceptions) if (earlier.name === name) warnOfName(own, name, warn);
    exceptions.push(readException(own, { name, append, warn, budget }));
  }
  return exceptions;
}

function nameOf(member: YamlNode, parent: Context): { readonly map: YamlMap; readonly name: string } {
  const context = within(parent, 'exception', member);
  if (member.type !== 'map') refuse('Rule exception must be a mapping', context);
  return { map: member, name: textOf({ map: member, context }, 'name') };
}

function warnOfName(item: Item, name: string, warn: Warn): void {
  const message = `Multiple definitions of exception '${name}' in the same rule`;
  warn({ code: 'LOAD_EXCEPTION_NAME_NOT_UNIQUE', message, context: item.context });
}

interface Reading {
  readonly name: string;
  readonly append: boolean;
  readonly warn: Warn;
  readonly budget: Budget;
}

/** Aliases can make a small file stand for a lot of values. */
interface Budget {
  left: number;
}

function readException(item: Item, { name, append, warn, budget }: Reading): ExceptionItem {
  const fields = entryOf(item, 'fields', append, budget);
  const comps = entryOf(item, 'comps', true, budget);
  const parts = { ...(fields === undefined ? {} : { fields }), ...(comps === undefined ? {} : { comps }) };
  const values = valueOf(item.map, 'values');
  if (values === undefined) {
    if (append) warn({ code: 'LOAD_APPEND_NO_VALUES', message: 'Overriding/appending exception with no values', context: item.context });
    return { name, ...parts, values: [], context: item.context };
  }
  const context = within(item.context, 'exception values', values);
  if (values.type !== 'sequence') refuse('Rule exception values must be a sequence', context);
  const entries = values.items.map((value) => readEntry(value, '', within(context, 'exception value', value), budget));
  return { name, ...parts, values: entries, context: item.context };
}

/** Empty sequences, and what is neither a scalar nor a sequence, count as missing. */
function entryOf(item: Item, key: string, optional: boolean, budget: Budget): ExceptionEntry | undefined {
  const node = valueOf(item.map, key);
  if (node === undefined) return optional ? undefined : refuse(`Item has no mapping for key '${key}'`, item.context);
  const entry = readEntry(node, key, item.context, budget);
  return isEmpty(entry) ? undefined : entry;
}

function isEmpty(entry: ExceptionEntry): boolean {
  return entry.list ? entry.items.length === 0 : entry.text === '';
}

function readEntry(node: YamlNode, key: string, parent: Context, budget: Budget): ExceptionEntry {
  const context = within(parent, 'value for', node, key);
  budget.left--;
  if (budget.left < 0) refuse(`The exceptions of this rule have more than ${MAX_EXCEPTION_VALUES} values`, context);
  if (node.type === 'scalar') {
    if (node.text === '') refuse('Value must be non-empty', context);
    return { list: false, text: node.text };
  }
  if (node.type !== 'sequence') return { list: false, text: '' };
  return { list: true, items: node.items.map((member) => readEntry(member, '', within(context, 'exception', member), budget)) };
}
