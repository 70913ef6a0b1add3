import { type Result, err, ok } from '@whoran/kernel';
import type * as Ast from '../../condition/ast.ts';
import type { RuleEvent } from '../../fields/field.ts';
import type { Scalar } from '../../values.ts';
import { readOptions, selectOption } from './getopt.ts';
import type { Operand } from './operand.ts';
import type { Made } from './single-transformers.ts';
import { textOf } from './text-of.ts';

/** Makes the operand of a transformer with several arguments; the error is Falco's. */
export function resolveMultiple({ name, argument }: Ast.Transformer, inputs: readonly Operand[]): Result<Made, string> {
  switch (name) {
    case 'join':
      return withoutArgument(name, argument, join(inputs));
    case 'concat':
      return withoutArgument(name, argument, concat(inputs));
    case 'getopt':
      return getopt(inputs, argument);
    default:
      return err('unknown multivalue transformer');
  }
}

function withoutArgument(name: string, argument: string | undefined, made: Result<Made, string>): Result<Made, string> {
  if (!made.ok || argument === undefined) return made;
  return err(`transformer '${name}' does not support field arguments`);
}

function join([separator, list, ...more]: readonly Operand[]): Result<Made, string> {
  if (separator === undefined || list === undefined || more.length > 0) {
    return err('join() requires exactly 2 arguments: separator and list');
  }
  if (separator.list) return err('join() first argument (separator) must be a single value, not a list');
  if (!list.list) return err('join() second argument must be a list');
  const read: Operand['read'] = (event) => {
    const between = separator.read(event);
    const values = readList(list, event);
    return between === undefined || values === undefined ? undefined : values.map(textOf).join(textOf(between));
  };
  return ok({ name: 'join', type: 'CHARBUF', list: false, read });
}

function concat(inputs: readonly Operand[]): Result<Made, string> {
  if (!inputs.every(({ type, list }) => type === 'CHARBUF' && !list)) return err('concat() arguments must be strings');
  const read: Operand['read'] = (event) => {
    let whole = '';
    for (const input of inputs) {
      const part = input.read(event);
      if (typeof part !== 'string') return undefined;
      whole += part;
    }
    return whole;
  };
  return ok({ name: 'concat', type: 'CHARBUF', list: false, read });
}

function getopt([words, options, ...more]: readonly Operand[], argument: string | undefined): Result<Made, string> {
  if (words === undefined || options === undefined || more.length > 0) {
    return err('getopt() requires exactly 2 arguments: args list and optstring');
  }
  if (!words.list) return err('getopt() first argument must be a list');
  if (options.list) return err('getopt() second argument (optstring) must be a single value');
  if (words.type !== 'CHARBUF' || options.type !== 'CHARBUF') return err('getopt() arguments must be strings');
  if (argument !== undefined && argument.length !== 1) return err('getopt() field argument must be a single option character');
  const read: Operand['read'] = (event) => {
    const known = options.read(event);
    const values = readList(words, event);
    if (typeof known !== 'string' || values === undefined) return undefined;
    const found = readOptions(values.map(textOf), known);
    return argument === undefined
      ? found.flatMap(({ name, value }) => (value === undefined ? [name] : [name, value]))
      : selectOption(found, argument);
  };
  return ok({ name: 'getopt', type: 'CHARBUF', list: argument === undefined, read });
}

function readList(operand: Operand, event: RuleEvent): readonly Scalar[] | undefined {
  const value = operand.read(event);
  return Array.isArray(value) ? (value as readonly Scalar[]) : undefined;
}
