import { type Result, err, ok } from '@whoran/kernel';
import type * as Ast from '../condition/ast.ts';
import type { Memory, Read } from '../evaluate/memory.ts';
import { resolveOperand } from '../evaluate/operands/resolve-operand.ts';
import { spelled } from '../fields/catalog.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import { type OutputValue, jsonValue, printValue } from './print-value.ts';

/** A field as it stands in `output_fields`. */
export interface OutputField {
  /** With its argument. */
  readonly name: string;
  /** Null is absent. */
  json(event: RuleEvent): OutputValue;
}

/** What a format has between its texts: a field, or a transformer over fields. */
export interface OutputPart {
  /** The fields inside, and last the part itself. */
  readonly names: readonly string[];
  /** The fields that go to `output_fields`: of a transformer, those inside. */
  readonly fields: readonly OutputField[];
  /** As in Falco, a length is printed only by formats that begin with `*`, as those of all rules do. */
  readonly isLength: boolean;
  /** Nothing if it is absent. */
  text(event: RuleEvent): string | undefined;
}

/** Outputs read what they need once; nothing is remembered between events. */
const FORGETFUL: Memory = { next: () => {}, rememberRead: (read) => read, rememberTest: (test) => test };

/** Makes a part of a field or transformer; the error is Falco's. */
export function outputPart(operand: Ast.Operand, catalog: FieldCatalog): Result<OutputPart, string> {
  const resolved = resolveOperand(operand, { catalog, memory: FORGETFUL, operands: new Map() });
  if (!resolved.ok) return resolved;
  const { read } = resolved.value;
  if (operand.type === 'field') {
    const field = outputField(operand, catalog, read);
    if (!field.ok) return field;
    return ok({ names: [field.value.name], fields: [field.value], isLength: false, text: textOf(field.value, read) });
  }
  const fields: OutputField[] = [];
  for (const inner of fieldsIn(operand)) {
    const field = outputField(inner, catalog);
    if (!field.ok) return field;
    fields.push(field.value);
  }
  const names = namesIn(operand).map(({ name }) => name);
  return ok({ names, fields, isLength: operand.name === 'len', text: (event) => printValue(read(event)) });
}

function outputField({ name, argument }: Ast.Field, catalog: FieldCatalog, read?: Read): Result<OutputField, string> {
  const field = catalog.resolve(name, argument === '' ? undefined : argument);
  if (!field.ok) return err(field.error);
  const { value } = field;
  const json = value.json
    ? (event: RuleEvent) => value.json?.(event) as OutputValue
    : (event: RuleEvent) => jsonValue(read ? read(event) : value.read(event));
  return ok({ name: spelled(name, argument), json });
}

/** What Falco sent as a text is printed as it sent it. */
function textOf(field: OutputField, read: Read): (event: RuleEvent) => string | undefined {
  return (event) => {
    const value = field.json(event);
    return typeof value === 'string' ? value.toWellFormed() : printValue(read(event));
  };
}

type Value = Ast.Transformer['values'][number];

function fieldsIn(value: Value): readonly Ast.Field[] {
  switch (value.type) {
    case 'field':
      return [value];
    case 'value':
      return [];
    case 'transformer':
      return value.values.flatMap(fieldsIn);
    case 'transformer_list':
      return value.children.flatMap(fieldsIn);
  }
}

/** As in Falco, a transformer takes the place of the one before it. */
function namesIn(value: Value, before: readonly Name[] = []): readonly Name[] {
  switch (value.type) {
    case 'field':
      return [...before, { name: nameOf(value), made: false }];
    case 'value':
      return before;
    case 'transformer': {
      const inner = value.values.reduce((names, each) => namesIn(each, names), before);
      return [...(inner.at(-1)?.made ? inner.slice(0, -1) : inner), { name: nameOf(value), made: true }];
    }
    case 'transformer_list':
      return value.children.reduce((names, each) => namesIn(each, names), before);
  }
}

interface Name {
  readonly name: string;
  /** By a transformer. */
  readonly made: boolean;
}

function nameOf(value: Value): string {
  switch (value.type) {
    case 'field':
      return spelled(value.name, value.argument);
    case 'value':
      return value.value;
    case 'transformer':
      return spelled(`${value.name}(${value.values.map(nameOf).join(',')})`, value.argument);
    case 'transformer_list':
      return `(${value.children.map(nameOf).join(',')})`;
  }
}
