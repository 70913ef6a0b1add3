import { check, encodeJson, parseJson } from '@whoran/contracts';
import { type Issue, type Millis, type Result, err, millisOfNanos, ok, parseInstant } from '@whoran/kernel';
import type { Block } from '@whoran/response';
import Type from 'typebox';

/** An entry of the list. It never changes: another one takes its place. */
export interface QuarantineRecord extends Block {
  readonly id: string;
  /** Milliseconds. */
  readonly created: Millis;
}

/** How long an entry may be as JSON, characters. */
const MAX_LENGTH = 32_768;
const ID = /^[A-Za-z0-9._:-]{1,100}$/;

const names = (maxLength: number) => Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength }), { minItems: 1, maxItems: 100 }));
const Time = Type.String({ maxLength: 40 });

const Stored = Type.Object({
  users: names(4096),
  groups: names(4096),
  credentialIds: names(4096),
  namespaces: names(253),
  clusters: names(253),
  reason: Type.String({ minLength: 1, maxLength: 1024 }),
  author: Type.String({ minLength: 1, maxLength: 256 }),
  created: Time,
  until: Type.Optional(Time),
});
type Stored = Type.Static<typeof Stored>;

/** The JSON of an entry; every problem if it is none that readers would take. Empty lists are left out. */
export function encodeRecord({ id, created, until, ...rest }: QuarantineRecord): Result<string, readonly Issue[]> {
  if (!isTime(created) || !(until === undefined || isTime(until))) return err([issue('invalid-time', 'created or until is not a time')]);
  const given = Object.entries(rest).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  const times = { created: new Date(created).toISOString(), ...(until === undefined ? {} : { until: new Date(until).toISOString() }) };
  const text = encodeJson({ ...Object.fromEntries(given), ...times });
  const decoded = decodeRecord(id, text);
  return decoded.ok ? ok(text) : decoded;
}

/** Reads an entry; every problem if it is none. What newer versions add is passed over. Never throws. */
export function decodeRecord(id: string, text: string): Result<QuarantineRecord, readonly Issue[]> {
  if (!ID.test(id)) return err([issue('invalid-id', 'the id must be 1 to 100 letters, digits, ".", "_", ":" and "-"')]);
  if (text.length > MAX_LENGTH) return err([issue('too-long', `is longer than ${MAX_LENGTH} characters`)]);
  const json = parseJson(text);
  if (!json.ok) return err([issue('invalid-json', json.error)]);
  const stored = check<Stored>(Stored, json.value);
  return stored.ok ? recordOf(id, stored.value) : stored;
}

function recordOf(id: string, stored: Stored): Result<QuarantineRecord, readonly Issue[]> {
  const { users, groups, credentialIds, namespaces, clusters, reason, author } = stored;
  const created = millisOf(stored.created);
  const until = stored.until === undefined ? undefined : millisOf(stored.until);
  if (!users && !groups && !credentialIds) return err([issue('empty-entry', 'names nobody: give users, groups or credentialIds')]);
  if (created === undefined || (stored.until !== undefined && until === undefined))
    return err([issue('invalid-time', 'created and until must be times such as 2026-01-31T12:00:00Z')]);
  return ok({
    id,
    ...(users ? { users } : {}),
    ...(groups ? { groups } : {}),
    ...(credentialIds ? { credentialIds } : {}),
    ...(namespaces ? { namespaces } : {}),
    ...(clusters ? { clusters } : {}),
    reason,
    author,
    created,
    ...(until === undefined ? {} : { until }),
  });
}

function millisOf(text: string): Millis | undefined {
  const instant = parseInstant(text);
  return instant === undefined ? undefined : millisOfNanos(instant);
}

function isTime(millis: Millis): boolean {
  return millis >= 0 && millis <= 8.64e15;
}

function issue(code: string, message: string): Issue {
  return { code, message };
}
