import { isUtf8 } from 'node:buffer';
import { check, parseJson } from '@whoran/contracts';
import { DEAD_LETTER_STATES, type DeadLetterSelection, MAX_CHANGES } from '@whoran/forensics-api';
import { type Result, err, ok, printIssue } from '@whoran/kernel';
import Type, { type TSchema } from 'typebox';

const word = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }));
const time = () => Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'RFC 3339, or a duration before now' }));

const Filter = Type.Object(
  {
    stage: word(64),
    reason: word(128),
    topic: word(249),
    cluster: word(253),
    text: word(1024),
    since: time(),
    until: time(),
    state: Type.Optional(Type.Unsafe<(typeof DEAD_LETTER_STATES)[number]>(Type.Enum([...DEAD_LETTER_STATES]))),
  },
  { additionalProperties: false },
);

const selection = {
  ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: MAX_CHANGES })),
  filter: Type.Optional(Filter),
  all: Type.Optional(Type.Boolean()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_CHANGES })),
  dryRun: Type.Optional(Type.Boolean()),
  by: word(253),
};

/** The bodies of requests that change dead letters. */
export const CHANGE_SCHEMAS = {
  ReplayRequest: Type.Object(selection, { additionalProperties: false }),
  DiscardRequest: Type.Object(
    { ...selection, why: Type.String({ minLength: 1, maxLength: 1024, description: 'for whoever asks later' }) },
    { additionalProperties: false },
  ),
};

/** Reads the body of a request to change dead letters; an error says what to send instead. Total: never throws. */
export function readChange<T extends DeadLetterSelection>(schema: TSchema, body: Buffer): Result<T, string> {
  if (body.length === 0) return err('the body is empty: send {"ids": [...]}, {"filter": {...}} or {"all": true}');
  if (!isUtf8(body)) return err('the body is not UTF-8');
  const json = parseJson(body.toString('utf8'));
  if (!json.ok) return err(`the body is not JSON: ${json.error}`);
  const change = check<T>(schema, json.value);
  if (!change.ok) return err(change.error.map(printIssue).join('; '));
  const problem = problemOf(change.value);
  return problem === undefined ? ok(change.value) : err(problem);
}

/** Nobody shall change every letter because a variable of a script was empty. */
function problemOf({ ids, filter, all = false }: DeadLetterSelection): string | undefined {
  const narrows = Object.keys(filter ?? {}).some((name) => name !== 'state');
  if (ids && (filter || all)) return 'ids stand alone: leave filter and all away';
  if (ids || narrows) return all ? 'all and a filter exclude each other; of a filter, all takes only a state' : undefined;
  return all ? undefined : 'name ids, or a filter that says more than a state, or say "all": true';
}
