import Type from 'typebox';
import { FALCO_FIELDS, type FieldValue } from './falco-event.ts';
import { Identity } from './identity.ts';
import { SessionKind } from './exec-session.ts';
import { InstantText, ObjectName, open, text } from './schema.ts';

/** What attribution rests on, strongest first (docs/attribution.md). */
export const EVIDENCES = ['lineage', 'root', 'environment', 'container', 'audit', 'ambiguous', 'none'] as const;
/** One word of EVIDENCES. */
export type Evidence = (typeof EVIDENCES)[number];
/** The schema of an evidence. */
export const Evidence = Type.Unsafe<Evidence>(Type.Enum([...EVIDENCES]));

/** Why nobody is named. */
export const NONE_REASONS = [
  'main-process',
  'probe',
  'runtime-exec',
  'forged-token',
  'replayed-token',
  'stolen-token',
  'lineage-lost',
  'not-a-container',
  'not-a-process',
] as const;
/** One word of NONE_REASONS. */
export type NoneReason = (typeof NONE_REASONS)[number];

/** The session as far as it is known when the event is emitted. */
export const SessionRef = open(
  {
    id: text(128),
    kind: SessionKind,
    user: Identity,
    command: Type.Optional(Type.Array(Type.String())),
    container: Type.Optional(text(253)),
    auditId: Type.Optional(text(128)),
    startedAt: Type.Optional(InstantText),
  },
  'The session that an event belongs to.',
);
export type SessionRef = Type.Static<typeof SessionRef>;

/** The process behind an event. Keys are opaque and unique across clusters; pid and vpid are what Falco shows. */
export const ProcessRef = open(
  {
    key: text(512, 'cluster, node, container, pid and start time'),
    parent: Type.Optional(text(512, 'key of the parent, once it is proven')),
    pid: Type.Optional(Type.Integer()),
    vpid: Type.Optional(Type.Integer()),
    startedAt: Type.Optional(InstantText),
  },
  'A process: threads share it.',
);
export type ProcessRef = Type.Static<typeof ProcessRef>;

/** The answer to "who did this?" for one Falco event. */
export const Attribution = open(
  {
    evidence: Evidence,
    session: Type.Optional(SessionRef),
    user: Type.Optional(Identity),
    candidates: Type.Optional(Type.Array(SessionRef, { maxItems: 100, description: 'ambiguous: every session that fits' })),
    reason: Type.Optional(Type.Unsafe<NoneReason>(Type.Enum([...NONE_REASONS]))),
    process: Type.Optional(ProcessRef),
  },
  'Who caused an event, and how that is known.',
);
export type Attribution = Type.Static<typeof Attribution>;

/**
 * Who an attribution names, if it names anybody: candidates and refused tokens name nobody. Requests that the audit log tells
 * of have a user without a session.
 */
export function namedIdentity({ evidence, session, user }: Attribution): Identity | undefined {
  return evidence === 'none' || evidence === 'ambiguous' ? undefined : (session?.user ?? user);
}

/** The name of whom an attribution names. */
export function namedUser(attribution: Attribution): string | undefined {
  return namedIdentity(attribution)?.username;
}

/**
 * A Falco event with the user in it. It stays a valid Falco event: `output_fields` gain `k8s.user.*` and `exec.*`, the
 * message gains `user=…`. The same `whoran.id` may come again with a higher `whoran.revision`: upsert by id.
 * Alerts of the resolver itself have source `whoran`.
 */
export const AttributedEvent = open(
  {
    ...FALCO_FIELDS,
    whoran: open(
      {
        id: text(64),
        revision: Type.Integer({ minimum: 0 }),
        cluster: ObjectName,
        node: text(253),
        receivedAt: InstantText,
        attribution: Attribution,
      },
      'Where the event came from, and who caused it.',
    ),
  },
  'An attributed Falco event.',
);
export type AttributedEvent = Omit<Type.Static<typeof AttributedEvent>, 'output_fields'> & {
  output_fields: Readonly<Record<string, FieldValue | undefined>>;
};
