import { type Issue, type Result, err, ok } from '@whoran/kernel';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { parseJson, writtenAs } from './json.ts';
import type { Topic } from './topics.ts';

const MAX_ISSUES = 20;
const compiled = new WeakMap<TSchema, Validator>();

/** Checks a value against a schema. Schemas are compiled at first use. Total: never throws. */
export function check<T>(schema: TSchema, value: unknown): Result<T, readonly Issue[]> {
  let validator = compiled.get(schema);
  if (!validator) compiled.set(schema, (validator = Compile(schema)));
  if (validator.Check(value)) return ok(value as T);
  const errors = validator.Errors(value).slice(0, MAX_ISSUES);
  // A field that is not known is reported where it stands; the object around it need not be named as well.
  const telling = errors.filter(({ keyword }) => keyword !== 'additionalProperties' || !errors.some((e) => e.keyword === 'boolean'));
  return err(telling.map((e) => ({ code: 'invalid-field', item: e.instancePath || '/', message: messageFor(e) })));
}

type SchemaError = ReturnType<Validator['Errors']>[number];

/** The validator's own words name neither the words that are allowed nor what is wrong with an unknown field. */
function messageFor(error: SchemaError): string {
  if (error.keyword === 'enum') return `must be one of ${error.params.allowedValues.map(String).join(', ')}`;
  return error.keyword === 'boolean' ? 'is not a field here' : error.message;
}

/**
 * Reads one event of a topic from its bytes: the only door for foreign bytes on a topic. Total: never throws. Whoever passes the
 * event on, or keeps it, need not write it anew.
 */
export function decode<T>(topic: Topic<T>, bytes: string): Result<T, readonly Issue[]> {
  const json = parseJson(bytes);
  if (!json.ok) return err([{ code: 'invalid-json', item: topic.name, message: `not JSON: ${json.error}` }]);
  const event = check<T & object>(topic.schema, json.value);
  if (event.ok) writtenAs(event.value, bytes);
  return event;
}
