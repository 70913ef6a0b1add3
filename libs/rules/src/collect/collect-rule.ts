import type { FieldCatalog } from '../fields/field.ts';
import type { Context } from '../read/context.ts';
import type { ExceptionItem, RuleAppend, RuleItem, RuleReplace, RuleSwitch } from '../read/definitions.ts';
import { completeException } from './complete-exception.ts';
import type { CollectedRule } from './collected-rule.ts';
import { type Collecting, type Collection, placeOf, refuse } from './collection.ts';

/** Puts a whole rule in, in place of an earlier one of its name and source. */
export function defineRule(collection: Collection, rule: RuleItem, { sources, warn }: Collecting): void {
  const { kind: _, ...parts } = rule;
  const previous = collection.rules.get(rule.name);
  if (previous !== undefined) refuseOtherSource(previous, rule.source, rule.context);
  const catalog = sources.get(rule.source);
  if (catalog === undefined) {
    warn({ code: 'LOAD_UNKNOWN_SOURCE', message: `Unknown source ${rule.source}, skipping`, context: rule.context });
  }
  const exceptions = rule.exceptions.map((exception) => {
    if (exception.fields === undefined) refuse('Rule exception item must have fields property with a list of fields', exception.context);
    return completeException(exception, catalog);
  });
  const place = placeOf(collection, previous);
  collection.rules.set(rule.name, { ...parts, exceptions, unknownSource: catalog === undefined, ...place });
}

/** Adds to a rule that is there: texts after one blank, tags, exceptions and their values. */
export function appendToRule(collection: Collection, append: RuleAppend, { sources }: Collecting): void {
  const { name, source, context, condition, output, description, tags, exceptions } = append;
  const previous = collection.rules.get(name);
  if (previous === undefined) refuse("Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists", context);
  refuseOtherSource(previous, source, context);
  if ([condition, output, description, tags, exceptions].every((part) => part === undefined)) {
    refuse('Appended rule must have exceptions or condition property', context);
  }
  const catalog = previous.unknownSource ? undefined : sources.get(previous.source);
  collection.rules.set(name, {
    ...previous,
    condition: joined(previous.condition, condition),
    output: joined(previous.output, output),
    description: joined(previous.description, description),
    tags: tags === undefined ? previous.tags : [...new Set([...previous.tags, ...tags])].toSorted(),
    exceptions: appendExceptions(previous, exceptions ?? [], catalog),
    ...placeOf(collection, previous),
  });
}

function refuseOtherSource(previous: CollectedRule, source: string | undefined, context: Context): void {
  if (source !== undefined && source !== previous.source) refuse('Rule has been re-defined with a different source', context);
}

function joined(text: string, more: string | undefined): string {
  return more === undefined ? text : `${text} ${more}`;
}

function appendExceptions(
  previous: CollectedRule,
  more: readonly ExceptionItem[],
  catalog: FieldCatalog | undefined,
): readonly ExceptionItem[] {
  const exceptions = [...previous.exceptions];
  for (const added of more) {
    const index = exceptions.findIndex(({ name }) => name === added.name);
    const present = exceptions[index];
    if (present === undefined) exceptions.push(completeException(requireWhole(added), catalog));
    else exceptions[index] = { ...present, values: [...present.values, ...requireValuesOnly(added).values] };
  }
  return exceptions;
}

function requireWhole(exception: ExceptionItem): ExceptionItem {
  if (exception.fields === undefined) refuse('Rule exception must have fields property with a list of fields', exception.context);
  if (exception.values.length === 0) refuse('Rule exception must have values property with a list of values', exception.context);
  return exception;
}

function requireValuesOnly(exception: ExceptionItem): ExceptionItem {
  if (exception.fields !== undefined) refuse('Can not append exception fields to existing exception, only values', exception.context);
  if (exception.comps !== undefined) refuse('Can not append exception comps to existing exception, only values', exception.context);
  return exception;
}

/** Puts parts in place of those of a rule that is there. Exceptions are taken as they are, as Falco does. */
export function replaceInRule(collection: Collection, replacement: RuleReplace): void {
  const { kind: _, name, source, context, ...parts } = replacement;
  const previous = collection.rules.get(name);
  if (previous === undefined) {
    refuse("An 'override.<key>: replace' to a rule was requested but no rule by that name already exists", context);
  }
  refuseOtherSource(previous, source, context);
  collection.rules.set(name, { ...previous, ...parts, ...placeOf(collection, previous) });
}

/** Switches a rule that is there. */
export function switchRule(collection: Collection, { name, enabled, context }: RuleSwitch): void {
  const previous = collection.rules.get(name);
  if (previous === undefined) refuse("Rule has 'enabled' key but no rule by that name already exists", context);
  collection.rules.set(name, { ...previous, enabled });
}
