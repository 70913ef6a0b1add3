import { within } from '../context.ts';
import { type Item, contextOf, countOf, flagOf, has, optionalFlag, optionalText, refuse, tagsOf, textOf } from './decode.ts';
import type { Definition, RuleAppend, RuleItem, RuleParts, RuleSwitch } from '../definitions.ts';
import { messages } from './messages.ts';
import { parsePriority } from '../../select/priority.ts';
import { readExceptions } from './read-exceptions.ts';
import { type Overridable, type Update, readUpdate } from './read-overrides.ts';
import type { Priority } from '../../rule.ts';
import type { Warn } from '../refusal.ts';
import { valueOf } from '../yaml/yaml-node.ts';

const APPENDABLE = ['condition', 'exceptions', 'output', 'desc', 'tags'] as const;
const REPLACEABLE = [
  ...APPENDABLE,
  'priority',
  'capture',
  'capture_duration',
  'enabled',
  'warn_evttypes',
  'skip-if-unknown-filter',
] as const;
const OVERRIDABLE: Overridable = { append: new Set(APPENDABLE), replace: new Set(REPLACEABLE) };

/** The keys that items of rules may have. */
export const RULE_KEYS: ReadonlySet<string> = new Set(['rule', ...REPLACEABLE, 'source', 'append', 'override']);

/**
 * What a rule item asks for: a rule, changes of an earlier one, or that one is switched. One item may ask for more than one change;
 * each is given out before the next is read, so that the first problem of an item comes first.
 */
export function* readRule(item: Item, name: string, warn: Warn): Generator<Definition, void> {
  const update = readUpdate(item, OVERRIDABLE, warn);
  if (update.append.size + update.replace.size > 0) yield* readChanges(item, { name, update, warn });
  else if (update.appendFlag) yield readFlaggedAppend(item, name, warn);
  else if (['condition', 'output', 'desc', 'priority'].some((key) => has(item, key))) yield readWholeRule(item, name, warn);
  else yield readSwitch(item, name, warn);
}

interface Changes {
  readonly name: string;
  readonly update: Update;
  readonly warn: Warn;
}

function* readChanges(item: Item, { name, update, warn }: Changes): Generator<Definition, void> {
  const unexpected = new Set<string>(REPLACEABLE.filter((key) => has(item, key)));
  const { context } = item;
  if (update.append.size > 0) {
    const keys = APPENDABLE.filter((key) => update.append.has(key));
    yield { kind: 'rule-append', name, context, ...sourceOf(item), ...readParts(item, { keys, unexpected, operation: 'append', warn }) };
  }
  if (update.replace.size > 0) {
    const keys = REPLACEABLE.filter((key) => update.replace.has(key));
    yield { kind: 'rule-replace', name, context, ...sourceOf(item), ...readParts(item, { keys, unexpected, operation: 'replace', warn }) };
  }
  const [first] = [...unexpected].toSorted();
  if (first === undefined) return;
  const place = within(context, 'overrides', valueOf(item.map, first) ?? item.map, first);
  refuse(`Unexpected key '${first}': no corresponding entry under 'override' is defined.`, place);
}

interface Parts {
  readonly keys: readonly (typeof REPLACEABLE)[number][];
  /** Keys that the item has; those that are read are taken out. */
  readonly unexpected: Set<string>;
  readonly operation: 'append' | 'replace';
  readonly warn: Warn;
}

function readParts(item: Item, { keys, unexpected, operation, warn }: Parts): Partial<RuleParts> {
  const parts = keys.map((key) => {
    if (!unexpected.delete(key)) {
      refuse(`An ${operation} override for '${key}' was specified but '${key}' is not defined`, item.context);
    }
    return readPart(item, key, () => readExceptions(item, operation === 'append', warn));
  });
  return Object.assign({}, ...parts) as Partial<RuleParts>;
}

function readPart(item: Item, key: (typeof REPLACEABLE)[number], exceptions: () => RuleParts['exceptions']): Partial<RuleParts> {
  switch (key) {
    case 'condition':
      return { condition: textOf(item, key) };
    case 'exceptions':
      return { exceptions: exceptions() };
    case 'output':
      return { output: textOf(item, key) };
    case 'desc':
      return { description: textOf(item, key) };
    case 'tags':
      return { tags: tagsOf(item) };
    case 'priority':
      return { priority: priorityOf(item) };
    case 'capture':
      return { capture: flagOf(item, key) };
    case 'capture_duration':
      return { captureDuration: countOf(item, key) };
    case 'enabled':
      return { enabled: flagOf(item, key) };
    case 'warn_evttypes':
      return { warnEventTypes: flagOf(item, key) };
    case 'skip-if-unknown-filter':
      return { skipIfUnknownFilter: flagOf(item, key) };
  }
}

function priorityOf(item: Item): Priority {
  return parsePriority(textOf(item, 'priority')) ?? refuse('Invalid priority', contextOf(item, 'priority', 'rule priority'));
}

/** `append: true` looks at conditions and exceptions only. */
function readFlaggedAppend(item: Item, name: string, warn: Warn): RuleAppend {
  const condition = has(item, 'condition') ? { condition: textOf(item, 'condition') } : {};
  const exceptions = has(item, 'exceptions') ? { exceptions: readExceptions(item, true, warn) } : {};
  return { kind: 'rule-append', name, context: item.context, ...sourceOf(item), ...condition, ...exceptions };
}

/** Changes need not say a source; one that is empty says none. */
function sourceOf(item: Item): { readonly source?: string } {
  const node = valueOf(item.map, 'source');
  if (node === undefined || node.type === 'null' || (node.type === 'scalar' && node.text === '')) return {};
  return { source: textOf(item, 'source') };
}

function readSwitch(item: Item, name: string, warn: Warn): RuleSwitch {
  const enabled = flagOf(item, 'enabled');
  warn({ code: 'LOAD_DEPRECATED_ITEM', message: messages.enabledDeprecated, context: item.context });
  return { kind: 'rule-switch', name, enabled, context: item.context };
}

/** The keys are read in this order, which decides what is said first of an item with several mistakes. */
function readWholeRule(item: Item, name: string, warn: Warn): RuleItem {
  const condition = textOf(item, 'condition');
  const output = textOf(item, 'output').replaceAll(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, '');
  const description = textOf(item, 'desc');
  return {
    kind: 'rule',
    name,
    condition,
    output,
    description,
    priority: priorityOf(item),
    source: optionalText(item, 'source') ?? 'syscall',
    capture: optionalFlag(item, 'capture', false),
    captureDuration: has(item, 'capture_duration') ? countOf(item, 'capture_duration') : 0,
    enabled: optionalFlag(item, 'enabled', true),
    warnEventTypes: optionalFlag(item, 'warn_evttypes', true),
    skipIfUnknownFilter: optionalFlag(item, 'skip-if-unknown-filter', false),
    tags: tagsOf(item),
    exceptions: readExceptions(item, false, warn),
    context: item.context,
    conditionContext: contextOf(item, 'condition', 'rule condition'),
    outputContext: contextOf(item, 'output', 'rule output'),
  };
}
