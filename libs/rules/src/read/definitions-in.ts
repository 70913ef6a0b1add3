import type { Priority } from '../rule.ts';
import { type Context, contextOfFile } from './context.ts';
import type { Definition } from './definitions.ts';
import { type RuleFile, itemsOfFile } from './read-file.ts';
import { readItem } from './items/read-item.ts';
import { Refusal } from './refusal.ts';

/** A place where a file defines a rule, macro or list, or changes one that is there. */
export interface DefinitionPlace {
  readonly kind: 'rule' | 'macro' | 'list';
  readonly name: string;
  readonly file: string;
  /** From 1, as is the column. */
  readonly line: number;
  readonly column: number;
  readonly change: 'define' | 'append' | 'replace' | 'switch';
  /** What is appended to or replaced, in the words of rule files. */
  readonly parts: readonly string[];
  /** Of a rule that is defined: what is needed to tell why it is not run. */
  readonly rule?: {
    readonly source: string;
    readonly priority: Priority;
    readonly tags: readonly string[];
    readonly enabled: boolean;
  };
}

/** Where everything is defined and changed, in the order of loading. Items that cannot be read are left out: loading says why. */
export function definitionsIn(files: readonly RuleFile[]): readonly DefinitionPlace[] {
  return files.flatMap((file) =>
    itemsOfFile(file).items.flatMap((node) => placesOf(() => readItem(node, contextOfFile(file.name), () => {}))),
  );
}

function placesOf(read: () => Iterable<Definition>): readonly DefinitionPlace[] {
  const places: DefinitionPlace[] = [];
  try {
    for (const definition of read()) {
      const place = placeOf(definition);
      if (place !== undefined) places.push(place);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return places;
}

function placeOf(definition: Definition): DefinitionPlace | undefined {
  switch (definition.kind) {
    case 'engine-version':
    case 'plugins':
      return undefined;
    case 'list':
    case 'macro': {
      const { kind, name, append, context } = definition;
      const parts = append ? [kind === 'list' ? 'items' : 'condition'] : [];
      return { kind, name, ...lineOf(context), change: append ? 'append' : 'define', parts };
    }
    case 'rule': {
      const { name, context, source, priority, tags, enabled } = definition;
      return { kind: 'rule', name, ...lineOf(context), change: 'define', parts: [], rule: { source, priority, tags, enabled } };
    }
    case 'rule-append':
    case 'rule-replace': {
      const change = definition.kind === 'rule-append' ? 'append' : 'replace';
      return { kind: 'rule', name: definition.name, ...lineOf(definition.context), change, parts: partsOf(definition) };
    }
    case 'rule-switch':
      return { kind: 'rule', name: definition.name, ...lineOf(definition.context), change: 'switch', parts: ['enabled'] };
  }
}

function lineOf({ locations }: Context): Pick<DefinitionPlace, 'file' | 'line' | 'column'> {
  const { line, column } = locations.at(-1) ?? locations[0];
  return { file: locations[0].file, line: line + 1, column: column + 1 };
}

/** Where the words of files are not ours. */
const WORDS: Readonly<Record<string, string>> = {
  description: 'desc',
  warnEventTypes: 'warn_evttypes',
  skipIfUnknownFilter: 'skip-if-unknown-filter',
  captureDuration: 'capture_duration',
};
const NO_PARTS: ReadonlySet<string> = new Set(['kind', 'name', 'source', 'context', 'conditionContext', 'outputContext']);

function partsOf(definition: Definition): readonly string[] {
  const present = Object.entries(definition).filter(([key, value]) => value !== undefined && !NO_PARTS.has(key));
  return present.map(([key]) => WORDS[key] ?? key);
}
