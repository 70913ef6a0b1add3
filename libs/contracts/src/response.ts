import Type from 'typebox';
import { InstantText, ObjectName, Username, open, text } from './schema.ts';

/** What can be done about a user. */
export const ResponseAction = Type.Enum(['quarantine', 'end-session', 'disable-credentials', 'isolate-pod']);
export type ResponseAction = Type.Static<typeof ResponseAction>;

/** Where a response stands. */
export const ResponseState = Type.Enum(['proposed', 'approved', 'running', 'done', 'failed', 'rejected', 'expired', 'undoing', 'undone'], {
  description: 'proposed waits for approval; a dry run ends as done with dryRun true and changes nothing',
});
export type ResponseState = Type.Static<typeof ResponseState>;

/** Whom or what a response is about. */
export const ResponseTarget = open(
  {
    cluster: Type.Optional(ObjectName),
    user: Type.Optional(Username),
    group: Type.Optional(text(4096)),
    credentialId: Type.Optional(text(4096)),
    namespace: Type.Optional(ObjectName),
    pod: Type.Optional(ObjectName),
    container: Type.Optional(ObjectName),
    session: Type.Optional(text(128)),
  },
  'Whom or what it is about. Without a cluster: all of them.',
);
export type ResponseTarget = Type.Static<typeof ResponseTarget>;

/** A response as it stands: each change is an event with the same id and a higher revision. */
export const Response = open(
  {
    id: text(128),
    revision: Type.Integer({ minimum: 0 }),
    action: ResponseAction,
    state: ResponseState,
    dryRun: Type.Boolean(),
    target: ResponseTarget,
    reason: text(1024, 'shown to whoever is refused'),
    author: text(256, 'who asked for it: as the caller says, or the route'),
    approvals: Type.Array(open({ by: text(256), at: InstantText }, 'Who agreed.'), { maxItems: 10 }),
    alert: Type.Optional(text(128, 'the alert that it answers')),
    createdAt: InstantText,
    changedAt: InstantText,
    expiresAt: Type.Optional(InstantText),
    steps: Type.Array(
      open(
        {
          what: text(1024, 'such as: delete RoleBinding payments/ana-admin'),
          state: Type.Enum(['planned', 'done', 'failed', 'impossible', 'undone']),
          error: Type.Optional(text(1024)),
        },
        'One thing that is done.',
      ),
      { maxItems: 200 },
    ),
    endedBy: Type.Optional(text(256, 'who rejected or undid it')),
    error: Type.Optional(text(1024)),
  },
  'A response to what a user did.',
);
export type Response = Type.Static<typeof Response>;
