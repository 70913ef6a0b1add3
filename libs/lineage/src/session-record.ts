import { type ExecSession, type SessionRef, encodeUser } from '@whoran/contracts';
import { type Nanos, parseInstant } from '@whoran/kernel';

/** Everything reported about one session, folded. The same reports give the same record in any order. */
export interface SessionRecord {
  readonly id: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** Empty when unknown, or when every container of the pod is meant. */
  readonly container: string;
  readonly kind: ExecSession['kind'];
  readonly command: readonly string[] | undefined;
  readonly encodedUser: string;
  readonly injected: boolean;
  readonly strategy: ExecSession['strategy'];
  readonly imageId: string | undefined;
  /** Earliest time by any observer's clock. */
  readonly requested: Nanos;
  readonly ended: Nanos | undefined;
  /** The API server said 101, or made the container. */
  readonly started: boolean;
  readonly refused: boolean;
  readonly ref: SessionRef;
}

/** The reports about a session by observer and phase; of the same report the highest revision counts. */
export type Reports = ReadonlyMap<string, ExecSession>;

/** Adds a report; returns the same map when it says nothing new. */
export function addReport(reports: Reports, report: ExecSession): Reports {
  const slot = `${report.observer}/${report.phase}`;
  const old = reports.get(slot);
  if (old && old.revision >= report.revision) return reports;
  return new Map(reports).set(slot, report);
}

const SLOTS = ['audit/ended', 'audit/started', 'audit/refused', 'webhook/requested', 'webhook/refused', 'webhook/started', 'webhook/ended'];

/** Folds reports into a record. What the audit log says of the user counts more: it knows the impersonator. */
export function foldReports(reports: Reports): SessionRecord {
  const ordered = SLOTS.flatMap((slot) => reports.get(slot) ?? []);
  const first = ordered[0] as ExecSession;
  const webhook = ordered.find((report) => report.observer === 'webhook') ?? first;
  const audit = ordered.find((report) => report.observer === 'audit');
  const pick = <K extends keyof ExecSession>(key: K) => ordered.find((report) => report[key] !== undefined)?.[key];
  const started = reports.has('audit/started') || reports.has('audit/ended') || reports.has('webhook/started');
  const container = pick('container') ?? '';
  const command = pick('command');
  const startedAt = pick('startedAt');
  const ref: SessionRef = {
    id: first.id,
    kind: webhook.kind,
    user: (audit ?? first).user,
    ...(command ? { command } : {}),
    ...(container === '' ? {} : { container }),
    ...(audit?.audit ? { auditId: audit.audit.id } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
  return {
    id: first.id,
    cluster: first.cluster,
    namespace: first.namespace,
    pod: first.pod,
    container,
    kind: webhook.kind,
    command,
    encodedUser: encodeUser(webhook.user.username),
    injected: ordered.some((report) => report.injected),
    strategy: webhook.injected ? webhook.strategy : first.strategy,
    imageId: pick('imageId'),
    requested: earliest(ordered.map((report) => report.requestedAt)),
    ended: instantOf(pick('endedAt')),
    started,
    refused: !started && (reports.has('audit/refused') || reports.has('webhook/refused')),
    ref,
  };
}

function earliest(times: readonly string[]): Nanos {
  return times.map((time) => parseInstant(time) ?? 0n).reduce((a, b) => (b < a ? b : a));
}

function instantOf(time: string | undefined): Nanos | undefined {
  return time === undefined ? undefined : parseInstant(time);
}
