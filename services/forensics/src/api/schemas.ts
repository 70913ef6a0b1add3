import { Delivery, EVIDENCES, InjectionStrategy, NONE_REASONS, Response, SessionKind, SessionPhase } from '@whoran/contracts';
import { DEAD_LETTER_STATES } from '@whoran/forensics-api';
import Type, { type TSchema } from 'typebox';
import { CHANGE_SCHEMAS } from '../dead-letters/read-change.ts';

const { Array: list, Integer, Object: object, Optional: opt, String: text, Boolean: bool } = Type;
const words = <T extends string>(values: readonly T[]) => Type.Unsafe<T>(Type.Enum([...values]));
const time = () => text({ description: 'RFC 3339 in UTC' });
const evidence = words(EVIDENCES);
const byEvidence = Type.Unsafe<Partial<Record<(typeof EVIDENCES)[number], number>>>(Type.Record(text(), Integer()));

const User = object({ name: text(), uid: opt(text()), groups: list(text()), credentialId: opt(text()), impersonator: opt(text()) });
const Candidate = object({ session: text(), user: text() });

const attributed = {
  id: text(),
  revision: Integer(),
  time: time(),
  cluster: text(),
  node: text(),
  namespace: opt(text()),
  pod: opt(text()),
  container: opt(text()),
  containerId: opt(text()),
  evidence,
  reason: opt(words(NONE_REASONS)),
  user: opt(User),
  session: opt(text()),
  sessionKind: opt(SessionKind),
  candidates: opt(list(Candidate)),
  process: opt(text()),
};

const Command = object({
  ...attributed,
  rule: text(),
  commandLine: text(),
  program: opt(text()),
  executable: opt(text()),
  directory: opt(text()),
  processUser: opt(text()),
  pid: opt(Integer()),
  vpid: opt(Integer()),
});

const Alert = object({
  ...attributed,
  eventId: text(),
  raisedAt: time(),
  rule: text(),
  priority: text(),
  source: opt(text()),
  message: text(),
  commandLine: opt(text()),
  tags: list(text()),
});

const Session = object({
  id: text(),
  aliases: list(text()),
  cluster: text(),
  kind: SessionKind,
  phase: SessionPhase,
  user: User,
  namespace: text(),
  pod: text(),
  podUid: opt(text()),
  node: opt(text()),
  container: opt(text()),
  image: opt(text()),
  imageId: opt(text()),
  command: opt(list(text())),
  copy: opt(object({ direction: words(['to-pod', 'from-pod']), path: text() })),
  tty: opt(bool()),
  stdin: opt(bool()),
  injected: bool(),
  strategy: InjectionStrategy,
  reason: opt(text()),
  observers: list(words(['webhook', 'audit'])),
  requestedAt: time(),
  startedAt: opt(time()),
  endedAt: opt(time()),
  audit: opt(object({ id: text(), sourceIps: list(text()), userAgent: opt(text()), level: text(), code: opt(Integer()) })),
  commands: Integer(),
});

const Program = object({
  event: text(),
  time: time(),
  commandLine: text(),
  executable: opt(text()),
  directory: opt(text()),
  processUser: opt(text()),
  evidence,
});
const Process = object({
  key: text(),
  parent: opt(text()),
  depth: Integer(),
  node: text(),
  container: opt(text()),
  pid: opt(Integer()),
  vpid: opt(Integer()),
  startedAt: opt(time()),
  programs: list(Program),
  alerts: list(Alert),
});

const deadLetter = {
  id: text(),
  time: time(),
  stage: text(),
  reason: text(),
  error: text(),
  attempts: Integer(),
  state: words(DEAD_LETTER_STATES),
  truncated: bool(),
  replayable: bool(),
  replays: Integer(),
  topic: opt(text()),
  key: opt(text()),
  partition: opt(Integer()),
  offset: opt(text()),
  endpoint: opt(text()),
  cluster: opt(text()),
  replayedAt: opt(time()),
  replayedBy: opt(text()),
  discardedAt: opt(time()),
  discardedBy: opt(text()),
  discardedWhy: opt(text()),
};
const DeadLetter = object(deadLetter);
const SkippedLetter = object({ id: text(), why: words(['unknown', 'truncated', 'no-payload', 'discarded']) });

const Missing = object({ code: text(), message: text(), node: opt(text()) });
const Cluster = object({
  name: text(),
  lastFalco: opt(time()),
  lastAudit: opt(time()),
  lastWebhook: opt(time()),
  auditLevels: list(text()),
  execs: object({ total: Integer(), refused: Integer(), injected: Integer(), attributed: Integer() }),
  commandsByEvidence: byEvidence,
  nodes: list(object({ name: text(), firstSeen: time(), lastFalco: time(), commandsByEvidence: byEvidence })),
  missing: list(Missing),
});
const Check = object({
  name: text(),
  status: words(['ok', 'warn', 'fail', 'unknown']),
  message: text(),
  fix: opt(text()),
  cluster: opt(text()),
  node: opt(text()),
});

const page = <T extends TSchema>(item: T) => object({ items: list(item), next: opt(text({ description: 'the cursor of the next page' })) });

/** What the API answers and takes, as JSON Schema: the components of the OpenAPI document. A spec holds answers against them. */
export const API_SCHEMAS = {
  CommandPage: page(Command),
  AlertPage: page(Alert),
  SessionPage: page(Session),
  SessionDetail: object({ session: Session, processes: list(Process), alerts: list(Alert), truncated: bool() }),
  DeadLetterPage: page(DeadLetter),
  DeadLetterDetail: object({ ...deadLetter, payload: opt(text()) }),
  ...CHANGE_SCHEMAS,
  NotificationPage: page(Delivery),
  ResponsePage: page(Response),
  ResponseDetail: object({ response: Response, history: list(Response) }),
  ChangeReport: object({ dryRun: bool(), matched: Integer(), changed: list(DeadLetter), skipped: list(SkippedLetter) }),
  StatusReport: object({
    generatedAt: time(),
    since: time(),
    clusters: list(Cluster),
    deadLetters: list(object({ stage: text(), reason: text(), count: Integer(), last: time() })),
  }),
  DoctorReport: object({ generatedAt: time(), checks: list(Check) }),
  TailLine: Type.Union([
    object({ type: Type.Literal('command'), command: Command }),
    object({ type: Type.Literal('heartbeat'), time: time() }),
    object({ type: Type.Literal('dropped'), count: Integer() }),
  ]),
  ApiError: object({ error: object({ code: text(), message: text() }) }),
};
