import type { Evidence, NoneReason, SessionKind } from '@whoran/contracts';
import type { AlertRecord, AttributedRecord, CandidateRecord, CommandRecord, SessionRecord, UserRecord } from '@whoran/forensics-api';
import { printInstant } from '@whoran/kernel';
import { present } from './present.ts';
import type { Found, StoredProcess } from './store.ts';

/** A 64-bit integer, which drivers give as text, number or bigint. */
export type Int8 = string | number | bigint;

/** A row of `whoran.events` or `whoran.alerts`, as the drivers give it. */
export interface AttributedColumns {
  readonly id: string;
  readonly revision: Int8;
  readonly time_ns: Int8;
  readonly cluster: string;
  readonly node: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly container_id: string | null;
  readonly rule: string;
  readonly priority: string;
  readonly source: string | null;
  readonly evidence: Evidence;
  readonly reason: NoneReason | null;
  readonly user_name: string | null;
  readonly identity: Omit<UserRecord, 'name'> | null;
  readonly session: string | null;
  readonly session_kind: SessionKind | null;
  readonly candidates: readonly CandidateRecord[] | null;
  readonly process: string | null;
  readonly command_line: string | null;
  readonly message: string;
  readonly tags: readonly string[];
}

/** A row of `whoran.events`. */
export interface EventColumns extends AttributedColumns {
  readonly pid: Int8 | null;
  readonly vpid: Int8 | null;
  readonly program: string | null;
  readonly executable: string | null;
  readonly directory: string | null;
  readonly process_user: string | null;
}

/** A row of `whoran.alerts`. */
export interface AlertColumns extends AttributedColumns {
  readonly event_id: string;
  readonly raised_ns: Int8;
}

/** A row of `whoran.sessions` with its number of commands. */
export interface SessionColumns {
  readonly id: string;
  readonly requested_ns: Int8;
  readonly body: Omit<SessionRecord, 'commands'>;
  readonly commands: number;
}

/** A row of `whoran.processes`. */
export interface ProcessColumns {
  readonly key: string;
  readonly parent: string | null;
  readonly node: string;
  readonly container: string | null;
  readonly pid: Int8 | null;
  readonly vpid: Int8 | null;
  readonly started_ns: Int8 | null;
}

/** The command of a row. */
export function commandRecord(row: EventColumns): CommandRecord {
  return {
    ...attributedRecord(row),
    rule: row.rule,
    commandLine: row.command_line ?? row.program ?? '',
    ...present({
      program: row.program,
      executable: row.executable,
      directory: row.directory,
      processUser: row.process_user,
      pid: integer(row.pid),
      vpid: integer(row.vpid),
    }),
  };
}

/** The alert of a row. */
export function alertRecord(row: AlertColumns): AlertRecord {
  return {
    ...attributedRecord(row),
    eventId: row.event_id,
    raisedAt: instant(row.raised_ns),
    rule: row.rule,
    priority: row.priority,
    message: row.message,
    tags: row.tags,
    ...present({ source: row.source, commandLine: row.command_line }),
  };
}

/** The session of a row. */
export function sessionRecord(row: SessionColumns): SessionRecord {
  return { ...row.body, commands: row.commands };
}

/** The process of a row. */
export function storedProcess(row: ProcessColumns): StoredProcess {
  const startedNs = row.started_ns === null ? undefined : BigInt(row.started_ns);
  return {
    key: row.key,
    node: row.node,
    startedNs,
    ...present({ parent: row.parent, container: row.container, pid: integer(row.pid), vpid: integer(row.vpid) }),
  };
}

/** A record with its place in the list. */
export function found<T>(record: T, time: Int8, id: string): Found<T> {
  return { record, position: { timeNs: BigInt(time), id } };
}

function attributedRecord(row: AttributedColumns): AttributedRecord {
  return {
    id: row.id,
    revision: Number(row.revision),
    time: instant(row.time_ns),
    cluster: row.cluster,
    node: row.node,
    evidence: row.evidence,
    ...present({
      namespace: row.namespace,
      pod: row.pod,
      container: row.container,
      containerId: row.container_id,
      reason: row.reason,
      user: row.user_name === null ? null : { name: row.user_name, ...(row.identity ?? { groups: [] }) },
      session: row.session,
      sessionKind: row.session_kind,
      candidates: row.candidates,
      process: row.process,
    }),
  };
}

function instant(nanos: Int8): string {
  return printInstant(BigInt(nanos));
}

function integer(value: Int8 | null): number | null {
  return value === null ? null : Number(value);
}
