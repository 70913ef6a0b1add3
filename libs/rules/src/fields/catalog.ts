import { err, ok } from '@whoran/kernel';
import type { FieldCatalog, FieldDescription, ResolvedField, RuleEvent } from './field.ts';

/** A field that a catalog offers: what it is, and how it is read once its argument is known. */
export interface FieldDefinition extends FieldDescription {
  resolve(argument: string | undefined): Omit<ResolvedField, 'type' | 'list'> & Partial<Pick<ResolvedField, 'type'>>;
}

/** How a field without a definition is found: by the spelling of its name. */
export type Otherwise = (name: string, argument: string | undefined) => FieldDefinition | undefined;

/** A catalog of definitions. Names are looked up as they are; an argument must fit what the field says of it. */
export function catalogOf(definitions: readonly FieldDefinition[], otherwise: Otherwise = () => undefined): FieldCatalog {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  return {
    resolve: (name, argument) => {
      const definition = byName.get(name) ?? otherwise(name, argument);
      if (definition === undefined) return err(`filter_check called with nonexistent field ${spelled(name, argument)}`);
      const problem = argumentProblem(definition, argument);
      if (problem !== undefined) return err(problem);
      return ok({ type: definition.type, list: definition.list, ...definition.resolve(argument) });
    },
    list: () => definitions,
  };
}

/** A field as it is written in conditions, and as Falco names it in `output_fields`. */
export function spelled(name: string, argument: string | undefined): string {
  return argument === undefined ? name : `${name}[${argument}]`;
}

const MAX_INDEX_DIGITS = 15;

function argumentProblem(field: FieldDefinition, argument: string | undefined): string | undefined {
  const start = `filter ${spelled(field.name, argument)} ${field.name}`;
  if (argument === undefined) return field.argumentRequired ? `${start} requires an argument but none provided` : undefined;
  if (field.argument === 'none') return `${start} does not allow nor require an argument but one is provided: ${argument}`;
  if (/[\s\]]/.test(argument)) return `${start} has a malformed argument: neither blanks nor ] can stand in it`;
  if (field.argument !== 'index') return undefined;
  if (!/^\d*$/.test(argument)) return `${start} has an invalid index argument not composed only by digits: ${argument}`;
  const isIndex = /^(?:0|[1-9]\d*)$/.test(argument) && argument.length <= MAX_INDEX_DIGITS;
  return isIndex ? undefined : `${start} has an invalid index argument starting with 0: ${argument}`;
}

/** A field of one text, without an argument. */
export function textField(name: string, about: string, read: (event: RuleEvent) => string | undefined): FieldDefinition {
  return { name, type: 'CHARBUF', list: false, argument: 'none', argumentRequired: false, about, resolve: () => ({ read }) };
}

/** A field of several texts, without an argument. No text at all is absent. */
export function textsField(name: string, about: string, read: (event: RuleEvent) => readonly string[] | undefined): FieldDefinition {
  return { ...textField(name, about, () => undefined), list: true, resolve: () => ({ read: (event) => orAbsent(read(event)) }) };
}

/** A field of one text that is told which by what stands between the brackets. */
export function keyedField(name: string, about: string, read: (event: RuleEvent, key: string) => string | undefined): FieldDefinition {
  return {
    ...textField(name, about, () => undefined),
    argument: 'key',
    argumentRequired: true,
    resolve: (key = '') => ({ read: (event) => read(event, key) }),
  };
}

/** A field of several texts, of which an index picks those of one container, volume or rule. */
export function indexedField(
  name: string,
  about: string,
  read: (event: RuleEvent, index: number | undefined) => readonly string[] | undefined,
): FieldDefinition {
  const resolve: FieldDefinition['resolve'] = (argument) => {
    const index = argument === undefined ? undefined : Number(argument);
    return { read: (event) => orAbsent(read(event, index)) };
  };
  return { ...textField(name, about, () => undefined), list: true, argument: 'index', resolve };
}

function orAbsent(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}
