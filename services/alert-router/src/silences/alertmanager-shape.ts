import { type Millis, type Result, err, millisOfNanos, nanosOfMillis, ok, parseInstant, printInstant } from '@whoran/kernel';
import { type MatcherSpec, type Silence, type SilencePhase, silencePhase } from '@whoran/routing';
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

/** A silence that is posted. What clients send back of what they were given, such as its status, is not looked at. */
export const PostableSilence = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 64 })),
  matchers: MatcherBodies,
  startsAt: Type.String({ maxLength: 40 }),
  endsAt: Type.String({ maxLength: 40 }),
  createdBy: Type.Optional(Type.String({ maxLength: 256 })),
  comment: Type.String({ maxLength: 4096 }),
});

/** A silence as Alertmanager's API answers it. */
export interface GettableSilence {
  readonly id: string;
  readonly status: { readonly state: SilencePhase };
  readonly updatedAt: string;
  readonly comment: string;
  readonly createdBy: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly { readonly name: string; readonly value: string; readonly isRegex: boolean; readonly isEqual: boolean }[];
}

/** The matchers of a body. */
export function specsOf(bodies: Static<typeof MatcherBodies>): readonly MatcherSpec[] {
  return bodies.map(({ name, value, isRegex, isEqual = true }) => ({ name, value, operator: operatorOf(isEqual, isRegex) }));
}

function operatorOf(isEqual: boolean, isRegex: boolean): MatcherSpec['operator'] {
  if (isEqual) return isRegex ? '=~' : '=';
  return isRegex ? '!~' : '!=';
}

/** What a posted silence asks for. The author is who called, if the token says it. */
export function askedSilence(body: Static<typeof PostableSilence>, caller: ApiCaller): Result<AskedSilence, string> {
  const [startsAt, endsAt] = [millisOf(body.startsAt), millisOf(body.endsAt)];
  if (startsAt === undefined) return err('startsAt is no RFC 3339 time, such as 2026-01-31T10:00:00Z');
  if (endsAt === undefined) return err('endsAt is no RFC 3339 time, such as 2026-01-31T10:00:00Z');
  const { id = '', comment } = body;
  const createdBy = authorOf(caller, body.createdBy) ?? '';
  return ok({ ...(id === '' ? {} : { id }), matchers: specsOf(body.matchers), startsAt, endsAt, createdBy, comment });
}

/** A silence as it is answered. */
export function gettable(silence: Silence, now: Millis): GettableSilence {
  const { id, comment, createdBy, matchers } = silence;
  return {
    ...{ id, comment, createdBy },
    status: { state: silencePhase(silence, now) },
    updatedAt: textOf(silence.updatedAt),
    startsAt: textOf(silence.startsAt),
    endsAt: textOf(silence.endsAt),
    matchers: matchers.map(({ name, value, operator }) => ({
      ...{ name, value },
      isRegex: operator.endsWith('~'),
      isEqual: operator.startsWith('='),
    })),
  };
}

function millisOf(text: string): Millis | undefined {
  const nanos = parseInstant(text);
  const millis = nanos === undefined ? undefined : millisOfNanos(nanos);
  return millis === undefined || !Number.isSafeInteger(Math.trunc(millis)) ? undefined : Math.trunc(millis);
}

function textOf(millis: Millis): string {
  return printInstant(nanosOfMillis(millis));
}
