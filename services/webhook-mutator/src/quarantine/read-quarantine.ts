import { type Issue, type Result, err, millisOfNanos, ok, parseInstant } from '@whoran/kernel';
import Type from 'typebox';
import { type Locate, readYaml } from '../settings-file/read-yaml.ts';

/** An entry of the quarantine file: whoever is in one of the lists is kept out of the namespaces (globs; all if absent). */
export interface QuarantineEntry {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly credentialIds: ReadonlySet<string>;
  readonly namespaces?: readonly string[];
  readonly reason: string;
  /** Milliseconds. */
  readonly until?: number;
}

const texts = Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 65_536 }), { maxItems: 10_000 }));

const Entry = Type.Object(
  {
    users: texts,
    groups: texts,
    credentialIds: texts,
    namespaces: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { minItems: 1, maxItems: 1000 })),
    reason: Type.String({ minLength: 1, maxLength: 1024 }),
    until: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
);
type Entry = Type.Static<typeof Entry>;

const QuarantineFile = Type.Object({ blocked: Type.Optional(Type.Array(Entry, { maxItems: 10_000 })) }, { additionalProperties: false });

/** Reads the quarantine file. Names match exactly. An empty file blocks nobody. */
export function readQuarantine(text: string): Result<readonly QuarantineEntry[], readonly Issue[]> {
  const read = readYaml<Type.Static<typeof QuarantineFile>>(text, QuarantineFile);
  if (!read.ok) return read;
  const entries = read.value.value.blocked ?? [];
  const issues = entries.flatMap((entry, index) => issuesOf(entry, index, read.value.locate));
  return issues.length > 0 ? err(issues) : ok(entries.map(compile));
}

function issuesOf(entry: Entry, index: number, locate: Locate): Issue[] {
  const issues: Issue[] = [];
  if ([entry.users, entry.groups, entry.credentialIds].every((list) => !list?.length)) {
    issues.push({
      code: 'empty-entry',
      item: `/blocked/${index}`,
      message: 'names nobody: give users, groups or credentialIds',
      ...locate(['blocked', index]),
    });
  }
  if (entry.until !== undefined && parseInstant(entry.until) === undefined) {
    issues.push({
      code: 'invalid-time',
      item: `/blocked/${index}/until`,
      message: 'must be a time such as 2026-01-31T12:00:00Z',
      ...locate(['blocked', index, 'until']),
    });
  }
  return issues;
}

function compile({ users, groups, credentialIds, namespaces, reason, until }: Entry): QuarantineEntry {
  const end = until === undefined ? undefined : parseInstant(until);
  return {
    users: new Set(users),
    groups: new Set(groups),
    credentialIds: new Set(credentialIds),
    ...(namespaces ? { namespaces } : {}),
    reason,
    ...(end === undefined ? {} : { until: millisOfNanos(end) }),
  };
}
