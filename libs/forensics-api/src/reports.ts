import type { Evidence } from '@whoran/contracts';
import type { CommandRecord } from './records.ts';

/** Something that should be there and is not. */
export interface MissingRecord {
  /** A stable word: falco-silent, audit-silent, webhook-silent, execs-without-events, audit-level, execs-uninjected. */
  readonly code: string;
  readonly message: string;
  readonly node?: string;
}

/** What is known of one node: Falco's hostname. */
export interface NodeStatus {
  readonly name: string;
  readonly firstSeen: string;
  readonly lastFalco: string;
  /** Commands in the period, by evidence; kinds without any are left out. */
  readonly commandsByEvidence: Readonly<Partial<Record<Evidence, number>>>;
}

/** Exec sessions in the period; copies count as execs. */
export interface ExecShares {
  readonly total: number;
  readonly refused: number;
  /** Not refused, and the token was put in. */
  readonly injected: number;
  /** Not refused, and at least one command is known to belong to it. */
  readonly attributed: number;
}

/** What is known of one cluster. */
export interface ClusterStatus {
  readonly name: string;
  readonly lastFalco?: string;
  readonly lastAudit?: string;
  readonly lastWebhook?: string;
  /** Levels at which the audit log records execs. */
  readonly auditLevels: readonly string[];
  readonly execs: ExecShares;
  readonly commandsByEvidence: Readonly<Partial<Record<Evidence, number>>>;
  readonly nodes: readonly NodeStatus[];
  readonly missing: readonly MissingRecord[];
}

/** Dead letters of one service and reason. */
export interface DeadLetterCount {
  readonly stage: string;
  readonly reason: string;
  readonly count: number;
  readonly last: string;
}

/** What comes in, from where, and what does not. */
export interface StatusReport {
  readonly generatedAt: string;
  readonly since: string;
  readonly clusters: readonly ClusterStatus[];
  readonly deadLetters: readonly DeadLetterCount[];
}

/** Outcome of a check; `unknown` when nothing has come yet that could tell. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown';

/** One check of the set-up, and what to do when it is not ok. */
export interface CheckRecord {
  readonly name: string;
  readonly status: CheckStatus;
  readonly message: string;
  readonly fix?: string;
  readonly cluster?: string;
  readonly node?: string;
}

/** Every check of the set-up that can be told from what came in. */
export interface DoctorReport {
  readonly generatedAt: string;
  readonly checks: readonly CheckRecord[];
}

/** One line of tail. `dropped` says how many commands this caller was too slow for; `heartbeat` comes when it is quiet. */
export type TailLine =
  | { readonly type: 'command'; readonly command: CommandRecord }
  | { readonly type: 'heartbeat'; readonly time: string }
  | { readonly type: 'dropped'; readonly count: number };
