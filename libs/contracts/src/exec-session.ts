import Type from 'typebox';
import { Identity } from './identity.ts';
import { InstantText, ObjectName, open, text } from './schema.ts';

/** How a user came into a container. Copy is an exec of tar by `kubectl cp`. */
export const SessionKind = Type.Union([
  Type.Literal('exec'),
  Type.Literal('copy'),
  Type.Literal('attach'),
  Type.Literal('port-forward'),
  Type.Literal('ephemeral-container'),
  Type.Literal('debug-pod'),
]);
export type SessionKind = Type.Static<typeof SessionKind>;

/** requested: the webhook was called. started: the API server answered 101 (or created the container). */
export const SessionPhase = Type.Union([
  Type.Literal('requested'),
  Type.Literal('started'),
  Type.Literal('ended'),
  Type.Literal('refused'),
]);
export type SessionPhase = Type.Static<typeof SessionPhase>;

/** How the token gets into the command: `env` in front of it, a shell around it, or not at all. */
export const InjectionStrategy = Type.Union([Type.Literal('env'), Type.Literal('sh'), Type.Literal('none')]);
export type InjectionStrategy = Type.Static<typeof InjectionStrategy>;

/**
 * One thing seen about one exec session. The webhook reports `requested` or `refused`, the audit log `started`, `ended`
 * or `refused`; readers merge them by `id`. The same report twice changes nothing.
 */
export const ExecSession = open(
  {
    id: text(128, 'request.uid of the AdmissionReview, or audit:<auditID> when the webhook was not called'),
    cluster: ObjectName,
    kind: SessionKind,
    phase: SessionPhase,
    observer: Type.Union([Type.Literal('webhook'), Type.Literal('audit')]),
    revision: Type.Integer({ minimum: 0, description: 'grows when the same report is sent again with more in it' }),
    user: Identity,
    namespace: ObjectName,
    pod: ObjectName,
    podUid: Type.Optional(text(128)),
    node: Type.Optional(text(253, 'the Kubernetes node name; Falco names the node by hostname, so the two are never compared')),
    container: Type.Optional(text(253, 'empty for port-forward, and for debug pods, where every container is meant')),
    image: Type.Optional(text(1024)),
    imageId: Type.Optional(text(1024, 'image reference with digest, as the container runtime reports it')),
    command: Type.Optional(Type.Array(Type.String({ maxLength: 1_048_576 }), { maxItems: 100_000 })),
    copy: Type.Optional(
      open({ direction: Type.Union([Type.Literal('to-pod'), Type.Literal('from-pod')]), path: text(65_536) }, 'What kubectl cp copied.'),
    ),
    tty: Type.Optional(Type.Boolean()),
    stdin: Type.Optional(Type.Boolean()),
    injected: Type.Boolean({ description: 'whether a token was put into the command or environment' }),
    strategy: InjectionStrategy,
    reason: Type.Optional(text(4096, 'why the session was not injected, or was refused')),
    requestedAt: InstantText,
    startedAt: Type.Optional(InstantText),
    endedAt: Type.Optional(InstantText),
    audit: Type.Optional(
      open(
        {
          id: text(128),
          sourceIps: Type.Array(text(128), { maxItems: 1000 }),
          userAgent: Type.Optional(text(4096)),
          level: text(32),
          code: Type.Optional(Type.Integer()),
        },
        'What only the audit log knows.',
      ),
    ),
  },
  'One report about an exec session.',
);
export type ExecSession = Type.Static<typeof ExecSession>;
