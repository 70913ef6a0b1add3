import { type Millis, type Result, err, millisOfNanos, ok, parseInstant } from '@whoran/kernel';
import { specOf } from '@whoran/routing';
import Type, { type Static } from 'typebox';
import { type ApiCaller, authorOf } from '../api/api-access.ts';
import type { AskedSilence } from './decide-silence.ts';

const MatcherBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 256 }),
    value: Type.String({ maxLength: 4096 }),
    isRegex: Type.Boolean(),
    isEqual: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** Matchers as Alertmanager's API has them. */
export const MatcherBodies = Type.Array(MatcherBody, { minItems: 1, maxItems: 100 });

/** The schema of PostableSilence. What clients send back of what they were given, such as its status, is not looked at. */
export const SilenceBody = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 64 })),
  matchers: MatcherBodies,
  startsAt: Type.String({ maxLength: 40 }),
  endsAt: Type.String({ maxLength: 40 }),
  createdBy: Type.Optional(Type.String({ maxLength: 256 })),
  comment: Type.String({ maxLength: 4096 }),
});

/** What a posted silence asks for. The author is who called, if the token says it. */
export function askedSilence(body: Static<typeof SilenceBody>, caller: ApiCaller): Result<AskedSilence, string> {
  const [startsAt, endsAt] = [millisOf(body.startsAt), millisOf(body.endsAt)];
  if (startsAt === undefined) return err('startsAt is no RFC 3339 time, such as 2026-01-31T10:00:00Z');
  if (endsAt === undefined) return err('endsAt is no RFC 3339 time, such as 2026-01-31T10:00:00Z');
  const { id = '', comment } = body;
  const createdBy = authorOf(caller, body.createdBy) ?? '';
  return ok({ ...(id === '' ? {} : { id }), matchers: body.matchers.map(specOf), startsAt, endsAt, createdBy, comment });
}

function millisOf(text: string): Millis | undefined {
  const nanos = parseInstant(text);
  const millis = nanos === undefined ? undefined : millisOfNanos(nanos);
  return millis === undefined || !Number.isSafeInteger(Math.trunc(millis)) ? undefined : Math.trunc(millis);
}
