import type { Alert, AttributedEvent, Attribution, Identity } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';
import type { Redactor } from '../redact/redact.ts';
import { present } from '../store/present.ts';
import type { AlertRow, AttributedRow, EventRow } from '../store/rows.ts';
import { eventTime } from './event-time.ts';
import { LIMITS, fitName, fitSecret, integerOf, textOf } from './fit-text.ts';

const STARTS: ReadonlySet<string | undefined> = new Set(['execve', 'execveat']);
const FORKS: ReadonlySet<string | undefined> = new Set(['clone', 'clone3', 'fork', 'vfork']);
const MAX_GROUPS = 200;
const MAX_TAGS = 50;

/** What rows are made with. */
export interface Intake {
  readonly redactor: Redactor;
  readonly now: Millis;
}

/** Whether an event is a fork: it tells of processes and is not searched for. */
export function isFork(event: AttributedEvent): boolean {
  return event.source !== 'whoran' && FORKS.has(typeOf(event)) && isLineage(event);
}

/** Whether one of the lineage rules reported the event; they are known by their tag. */
export function isLineage(event: AttributedEvent): boolean {
  return event.tags?.includes('lineage') ?? false;
}

/** Whether an event is a program start that succeeded. */
export function isCommand(event: AttributedEvent): boolean {
  const result = textOf(event.output_fields['evt.res']);
  return event.source !== 'whoran' && STARTS.has(typeOf(event)) && (result === undefined || result === 'SUCCESS');
}

/** The row of an event. */
export function eventRow(event: AttributedEvent, intake: Intake): EventRow {
  const fields = event.output_fields;
  const row = attributedRow(event, event.whoran, intake);
  const pid = event.whoran.attribution.process?.pid ?? integerOf(fields['proc.pid']);
  const command = isCommand(event);
  return {
    ...row,
    type: fitName(typeOf(event)),
    command,
    lineage: isLineage(event),
    start: command && pid !== undefined ? `${row.cluster}/${row.node}/${pid}/${row.timeNs}` : undefined,
    pid: integerOf(pid),
    vpid: integerOf(event.whoran.attribution.process?.vpid ?? fields['proc.vpid']),
    program: short(fields['proc.name'], LIMITS.word),
    executable: short(fields['proc.exepath'] ?? fields['proc.exe'], LIMITS.path),
    directory: short(fields['proc.cwd'], LIMITS.path),
    processUser: short(fields['user.name'], LIMITS.word),
  };
}

/** The row of an alert. */
export function alertRow(alert: Alert, intake: Intake): AlertRow {
  const { whoran } = alert;
  return { ...attributedRow(alert, whoran, intake), eventId: whoran.eventId, raisedNs: eventTime(intake.now, whoran.raisedAt, alert.time) };
}

type Origin = {
  readonly id: string;
  readonly revision: number;
  readonly cluster: string;
  readonly node: string;
  readonly attribution: Attribution;
  readonly receivedAt?: string;
};

function attributedRow(event: AttributedEvent | Alert, origin: Origin, { redactor, now }: Intake): AttributedRow {
  const { attribution } = origin;
  const fields = event.output_fields;
  const { session } = attribution;
  const user = session?.user ?? attribution.user;
  const commandLine = textOf(fields['proc.cmdline']);
  return {
    id: origin.id,
    revision: Math.min(origin.revision, Number.MAX_SAFE_INTEGER),
    timeNs: eventTime(now, event.time, origin.receivedAt),
    storedMs: now,
    cluster: fitName(origin.cluster) ?? '',
    node: fitName(origin.node) ?? '',
    namespace: fitName(textOf(fields['k8s.ns.name'])),
    pod: fitName(textOf(fields['k8s.pod.name'])),
    container: fitName(textOf(fields['container.name'])),
    containerId: fitName(textOf(fields['container.id'])),
    rule: event.rule,
    priority: event.priority,
    source: event.source,
    evidence: attribution.evidence,
    reason: attribution.reason,
    userName: user?.username,
    identity: user && identityOf(user),
    session: session?.id,
    sessionKind: session?.kind,
    candidates: attribution.candidates?.map(({ id, user }) => ({ session: id, user: truncate(user.username, LIMITS.word) })),
    process: attribution.process?.key,
    commandLine: commandLine === undefined ? undefined : fitSecret(commandLine, LIMITS.commandLine, (text) => redactor.text(text)),
    message: fitSecret(event.message ?? event.output ?? '', LIMITS.message, (text) => redactor.text(text)),
    tags: (event.tags ?? []).slice(0, MAX_TAGS),
  };
}

function identityOf({ uid, groups, credentialId, impersonator }: Identity) {
  return { groups: groups.slice(0, MAX_GROUPS), ...present({ uid, credentialId, impersonator }) };
}

function typeOf(event: AttributedEvent): string | undefined {
  return textOf(event.output_fields['evt.type']);
}

function short(value: Parameters<typeof textOf>[0], limit: number): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : truncate(text, limit);
}
