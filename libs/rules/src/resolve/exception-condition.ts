import { takesList, textOf } from '../collect/complete-exception.ts';
import type { ExceptionEntry, ExceptionItem } from '../read/definitions.ts';
import { Refusal } from '../read/refusal.ts';
import { quoteItem } from './quote-item.ts';

/**
 * The condition of a rule with exceptions: `(condition) and not (…) and not (…)`. It is text, as Falco makes it, so that names of lists
 * in values are filled in and values are not escaped. Throws Refusal if values do not fit to the fields.
 */
export function withExceptions(condition: string, exceptions: readonly ExceptionItem[]): string {
  if (exceptions.length === 0) return condition;
  const parts = exceptions.map(conditionOf).filter((part) => part !== '');
  return [`(${condition})`, ...parts].join(' and not ');
}

function conditionOf(exception: ExceptionItem): string {
  const { fields } = exception;
  return fields?.list === true ? conditionOfFields(exception, fields.items.map(textOf)) : conditionOfField(exception);
}

function conditionOfField({ fields, comps, values, context }: ExceptionItem): string {
  if (values.length === 0) return '';
  if (values.some(({ list }) => list)) {
    throw new Refusal('LOAD_ERR_VALIDATE', 'Expected values array to contain a list of strings', context);
  }
  const items = values.map((value) => quoteItem(textOf(value))).join(', ');
  return `(${operatorOf(fields)} ${operatorOf(comps)} (${items}))`;
}

function operatorOf(entry: ExceptionEntry | undefined): string {
  return entry === undefined ? '' : textOf(entry);
}

function conditionOfFields({ comps, values, context }: ExceptionItem, fields: readonly string[]): string {
  const operators = comps?.list === true ? comps.items.map(textOf) : [];
  const alternatives = values.map((value) => {
    const items = value.list ? value.items : [];
    if (items.length !== fields.length) {
      throw new Refusal('LOAD_ERR_VALIDATE', 'Fields and values lists must have equal length', context);
    }
    const checks = fields.map((field, index) => checkOf(field, operators[index] ?? '=', items[index]));
    return `(${checks.join(' and ')})`;
  });
  return alternatives.length === 0 ? '' : `(${alternatives.join(' or ')})`;
}

function checkOf(field: string, operator: string, value: ExceptionEntry | undefined): string {
  return ` ${field} ${operator} ${rightSide(operator, value ?? { list: false, text: '' })}`;
}

function rightSide(operator: string, value: ExceptionEntry): string {
  if (value.list) return `(${value.items.map((item) => quoteItem(textOf(item))).join(', ')})`;
  if (!takesList(operator)) return quoteItem(value.text);
  return value.text.startsWith('(') ? value.text : `(${value.text})`;
}
