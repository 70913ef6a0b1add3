import Type from 'typebox';
import { InstantText, ObjectName, open, text } from './schema.ts';

const AuditUser = open(
  {
    username: Type.Optional(text(65_536)),
    uid: Type.Optional(text(1024)),
    groups: Type.Optional(Type.Array(Type.String())),
    extra: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  },
  'authentication.k8s.io/v1 UserInfo.',
);

/** A Kubernetes audit event (audit.k8s.io/v1) as the API server wrote it, with its origin beside it. */
export const AuditEvent = open(
  {
    auditID: text(128),
    stage: text(32),
    level: text(32),
    verb: text(64),
    requestURI: text(1_048_576),
    user: AuditUser,
    impersonatedUser: Type.Optional(AuditUser),
    sourceIPs: Type.Optional(Type.Array(text(128))),
    userAgent: Type.Optional(Type.String()),
    objectRef: Type.Optional(
      open(
        {
          resource: Type.Optional(text(253)),
          namespace: Type.Optional(text(253)),
          name: Type.Optional(text(253)),
          uid: Type.Optional(text(128)),
          apiGroup: Type.Optional(text(253)),
          apiVersion: Type.Optional(text(64)),
          subresource: Type.Optional(text(253)),
        },
        'The object that the request is about.',
      ),
    ),
    responseStatus: Type.Optional(
      open(
        { code: Type.Optional(Type.Integer()), reason: Type.Optional(Type.String()), message: Type.Optional(Type.String()) },
        'metav1.Status.',
      ),
    ),
    requestObject: Type.Optional(Type.Unknown()),
    responseObject: Type.Optional(Type.Unknown()),
    requestReceivedTimestamp: InstantText,
    stageTimestamp: InstantText,
    annotations: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
    whoran: open({ id: text(200, 'auditID and stage'), cluster: ObjectName, receivedAt: InstantText }, 'Where the event came from.'),
  },
  'A Kubernetes audit event from a known cluster.',
);
export type AuditEvent = Type.Static<typeof AuditEvent>;
